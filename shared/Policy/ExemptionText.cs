using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What came of adding an exemption to the text of a policy file.</summary>
public abstract record ExemptionText
{
    private const string Beginning = "version: 1\n";

    private ExemptionText()
    {
    }

    /// <param name="Bytes">The whole file.</param>
    /// <param name="Entry">The lines that are new.</param>
    public sealed record Added(byte[] Bytes, string Entry) : ExemptionText;

    /// <param name="Reason">Why the file cannot be added to.</param>
    public sealed record Refused(string Reason) : ExemptionText;

    /// <summary>Adds an entry at the end of the list <c>exemptions</c>, which is made where there is none. All other bytes stay.</summary>
    /// <param name="source">The policy file; empty for a new one.</param>
    public static ExemptionText Add(SourceText source, Exemption entry)
    {
        var readings = new ManifestReader().Read(source, isNamed: true).Select(reading => reading with { Document = reading.Document.Snapshot() }).ToList();
        if (readings.Select(reading => reading.Problem).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            return new Refused($"{problem.File}:{problem.Line}:{problem.Column}: {problem.Message}");
        }

        if (readings.Count > 1 || readings.Any(reading => reading.Kind == DocumentKind.Template))
        {
            return new Refused($"{source.File} is no policy file: it must be one YAML document");
        }

        if (readings.Count == 0 || readings[0].Kind == DocumentKind.Empty)
        {
            return Begin(source, entry);
        }

        return Append(source, readings[0].Document.Root, entry);
    }

    /// <summary>Nothing or nothing but comments, which stay above.</summary>
    private static ExemptionText Begin(SourceText source, Exemption entry)
    {
        var newline = source.Bytes.IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        var isOnLine = source.Length > source.ContentStart && source.Bytes[^1] != '\n';
        var fresh = new SourceText(source.File, Encoding.UTF8.GetBytes(Beginning));
        if (Add(fresh, entry) is not Added(var bytes, var text))
        {
            return new Refused("the entry cannot be written");
        }

        var added = Encoding.UTF8.GetString(bytes).ReplaceLineEndings(newline);
        byte[] all = [.. source.Bytes, .. Encoding.UTF8.GetBytes((isOnLine ? newline : "") + added)];
        return Read(new SourceText(source.File, all)) is { } list && Ends(list, 0, entry)
            ? new Added(all, text)
            : new Refused($"{source.File} holds no keys, and what follows its end would not be read");
    }

    private static ExemptionText Append(SourceText source, Field root, Exemption entry)
    {
        if (Read(source) is not { } before)
        {
            return new Refused($"{source.File}: 'exemptions' has mistakes; mend them first");
        }

        List<AttributedEdit> edits = [new(new Edit.Append(FieldPath.Root.Key("exemptions"), ValueOf(entry)), [])];
        if (PatchRenderer.Render(root, edits, withTests: false) is not RenderedPatch.Rendered patch
            || patch.ToPatch().Apply(JsonTree.ToJson(root)) is not JsonPatchResult.Applied applied)
        {
            return new Refused($"{source.File}: 'exemptions' is no list that can be added to");
        }

        switch (YamlEditor.Apply(root, edits))
        {
            case EditResult.Refused refused:
                return new Refused($"{source.File}: {refused.Refusal.Message}");
            case EditResult.Spliced spliced:
                var bytes = TextSplice.ApplyAll(source.Bytes, spliced.Splices);
                var after = new SourceText(source.File, bytes);
                return Read(after) is { } list && Ends(list, before.Count, entry)
                    && new ManifestReader().Read(after, isNamed: true).First().Document is var document
                    && JsonEquality.AreEqual(JsonTree.ToJson(document.Root), applied.Document)
                        ? new Added(bytes, string.Concat(spliced.Splices.Select(splice => splice.Replacement)).ReplaceLineEndings("\n").Trim('\n'))
                        : new Refused($"{source.File}: the text would not read back as it should");
            default:
                return new Refused($"{source.File}: nothing would change");
        }
    }

    /// <summary>The entries of a text; null where there are mistakes.</summary>
    private static ExemptionList? Read(SourceText source)
    {
        var problems = new PolicyProblems();
        var readings = new ManifestReader().Read(source, isNamed: true).Take(1).ToList();
        var list = readings is [{ Kind: DocumentKind.Manifest or DocumentKind.NotManifest, Document: var document }]
            ? ExemptionList.Read(document.Root["exemptions"], problems)
            : null;
        return problems.All.Count == 0 ? list : null;
    }

    private static bool Ends(ExemptionList list, int before, Exemption entry) =>
        list.Count == before + 1 && list[^1] with { Line = entry.Line, Column = entry.Column, Pointer = entry.Pointer } == entry;

    private static Value.Map ValueOf(Exemption entry)
    {
        var exempt = new List<KeyValuePair<string, Value>>();
        Add(exempt, "apiVersion", entry.Object.ApiVersion);
        Add(exempt, "kind", entry.Object.Kind);
        Add(exempt, "namespace", entry.Object.Namespace);
        Add(exempt, "name", entry.Object.Name);
        var values = new List<KeyValuePair<string, Value>>();
        Add(values, "rule", entry.Rule);
        values.Add(new("object", new Value.Map([.. exempt])));
        Add(values, "container", entry.Container);
        Add(values, "owner", entry.Owner);
        Add(values, "reason", entry.Reason);
        Add(values, "expires", entry.Expires.ToString());
        return new([.. values]);
    }

    private static void Add(List<KeyValuePair<string, Value>> values, string key, string? text)
    {
        if (text is not null)
        {
            values.Add(new(key, text));
        }
    }
}
