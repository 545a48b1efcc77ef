using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>One finding that may stay. All but the fingerprint is for people.</summary>
/// <param name="File">From the root of the repository.</param>
internal sealed record BaselineEntry(string Fingerprint, string Rule, string File, string Object);

/// <summary>The findings that were there when somebody began to look, so that only new ones count.</summary>
internal sealed class Baseline(IReadOnlyList<BaselineEntry> entries)
{
    private const string Format = "selfheal-baseline";
    private const int Version = 1;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything that a scan found.</summary>
    public static Baseline Of(ScanResult result) => new(
    [
        .. result.Findings
            .Select(finding => new BaselineEntry(
                result.Fingerprints.Of(finding), finding.Rule.Id, result.Fingerprints.NameOf(finding.Origin.File), finding.Object.ToString()))
            .OrderBy(entry => entry.File, StringComparer.Ordinal)
            .ThenBy(entry => entry.Object, StringComparer.Ordinal)
            .ThenBy(entry => entry.Rule, StringComparer.Ordinal)
            .ThenBy(entry => entry.Fingerprint, StringComparer.Ordinal),
    ]);

    public int Count => entries.Count;

    /// <summary>Marks what is known. An entry counts as fixed only where its rule has judged its file again, or the file is gone.</summary>
    public ScanResult Compare(ScanResult result, RuleSet rules)
    {
        var fingerprints = entries.Select(entry => entry.Fingerprint).ToHashSet(StringComparer.Ordinal);
        var known = new HashSet<Finding>(ReferenceEqualityComparer.Instance);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var finding in result.Findings)
        {
            var fingerprint = result.Fingerprints.Of(finding);
            found.Add(fingerprint);
            if (fingerprints.Contains(fingerprint))
            {
                known.Add(finding);
            }
        }

        var judging = rules.Rules.Select(rule => rule.Info.Id).ToHashSet(StringComparer.Ordinal);
        var judged = result.Files.Where(file => file.Problems.Count == 0).Select(file => result.Fingerprints.NameOf(file.File)).ToHashSet(StringComparer.Ordinal);
        var isFixed = entries.Count(entry => !found.Contains(entry.Fingerprint)
            && judging.Contains(entry.Rule)
            && (judged.Contains(entry.File) || !File.Exists(result.Fingerprints.PathOf(entry.File))));
        return result with { Baseline = new(known, isFixed) };
    }

    /// <summary>JSON with an entry to a line, in an order that a rewrite keeps.</summary>
    public byte[] ToBytes()
    {
        using var text = new MemoryStream();
        text.Write(Encoding.UTF8.GetBytes($"{{\n  \"format\": \"{Format}\",\n  \"version\": {Version},\n  \"findings\": ["));
        for (var i = 0; i < entries.Count; i++)
        {
            text.Write(i == 0 ? "\n    "u8 : ",\n    "u8);
            using var writer = new Utf8JsonWriter(text, Options);
            writer.WriteStartObject();
            writer.WriteString("file", entries[i].File);
            writer.WriteString("object", entries[i].Object);
            writer.WriteString("rule", entries[i].Rule);
            writer.WriteString("fingerprint", entries[i].Fingerprint);
            writer.WriteEndObject();
            writer.Flush();
        }

        text.Write(entries.Count == 0 ? "]\n}\n"u8 : "\n  ]\n}\n"u8);
        return text.ToArray();
    }

    /// <param name="name">What the file is called in messages.</param>
    /// <exception cref="UsageException">The text is no baseline; the message says where and why.</exception>
    public static Baseline Parse(string name, ReadOnlyMemory<byte> bytes)
    {
        var content = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "format") != Format)
            {
                throw Refuse(name, $"it is JSON, and no baseline: it lacks \"format\": \"{Format}\"");
            }

            if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != Version)
            {
                throw Refuse(name, $"its version is {(version.ValueKind == JsonValueKind.Undefined ? "missing" : version.GetRawText())}; must be {Version}, of which this selfheal knows");
            }

            if (!root.TryGetProperty("findings", out var findings) || findings.ValueKind != JsonValueKind.Array)
            {
                throw Refuse(name, "its findings are no list");
            }

            return new([.. findings.EnumerateArray().Select((entry, i) => Entry(name, entry, i))]);
        }
        catch (JsonException exception)
        {
            var place = $"{(exception.LineNumber ?? 0) + 1}:{(exception.BytePositionInLine ?? 0) + 1}";
            throw new UsageException($"the baseline {Printable.Of(name)}:{place} cannot be read: it is not JSON");
        }
    }

    private static BaselineEntry Entry(string name, JsonElement entry, int i) =>
        entry.ValueKind == JsonValueKind.Object
        && Text(entry, "fingerprint") is { } fingerprint && Text(entry, "rule") is { } rule
        && Text(entry, "file") is { } file && Text(entry, "object") is { } about
            ? new(fingerprint, rule, file, about)
            : throw Refuse(name, $"findings[{i}] must have the texts file, object, rule and fingerprint");

    private static string? Text(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static UsageException Refuse(string name, string reason) => new($"the baseline {Printable.Of(name)} cannot be read: {reason}");
}
