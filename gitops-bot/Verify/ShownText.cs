using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// A file as other people may be shown it, who get it by mail and keep it: without the data of Secrets, what stands behind
/// a name that speaks of a secret, be it of a variable, a key, an option or in a text, and what has the form of a
/// credential. Line for line the same, to be compared.
/// </summary>
internal static partial class ShownText
{
    private const string Mask = $"'{SecretText.Mask}'";

    /// <summary>Both texts, masked, as a patch for people to read; it is not one to apply.</summary>
    public static string Diff(string file, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        UnifiedDiff.Of(file, Masked(file, before).Span, Masked(file, after).Span);

    public static ReadOnlyMemory<byte> Masked(string file, ReadOnlyMemory<byte> text)
    {
        var shown = new List<(TextRange Range, string Text)>();
        var unread = 0;
        foreach (var reading in FileReading.Read(new ManifestReader(), new SourceText(file, text), isNamed: false).Documents)
        {
            if (reading.Kind == DocumentKind.Manifest && !reading.Document.IsReadOnly)
            {
                Unread(text.Span, unread, reading.Document.Start, shown);
                unread = reading.Document.End;
                foreach (var manifest in reading.Document.Manifests())
                {
                    Collect(manifest.Root, "", isSecret: false, shown);
                }
            }
        }

        Unread(text.Span, unread, text.Length, shown);
        var masked = new StringBuilder(text.Length);
        var at = 0;
        foreach (var (range, part) in shown.OrderBy(each => each.Range.Start))
        {
            // An anchor's value is where its aliases are, too.
            if (range.Start >= at)
            {
                masked.Append(Encoding.UTF8.GetString(text.Span[at..range.Start])).Append(part);
                at = range.End;
            }
        }

        masked.Append(Encoding.UTF8.GetString(text.Span[at..]));
        return Encoding.UTF8.GetBytes(Comment().Replace(masked.ToString(), match => SecretText.Masked(match.Value)));
    }

    private static void Collect(Field field, string key, bool isSecret, List<(TextRange Range, string Text)> shown)
    {
        if (field.IsMap || field.IsList)
        {
            var isOfSecret = field["kind"].Text == "Secret";
            var isNamed = field["name"].Text is { } name && SecretName.Is(name);
            foreach (var entry in field.Entries)
            {
                Collect(entry.Value, entry.Key, isSecret || (isOfSecret && entry.Key is "data" or "stringData") || (isNamed && entry.Key == "value"), shown);
            }

            var before = "";
            foreach (var element in field.Elements)
            {
                // An option, and its value as a word of its own.
                Collect(element, key, isSecret || SecretName.IsOption(before), shown);
                before = element.Text ?? "";
            }

            return;
        }

        if (field.IsWritten && field.Text is { Length: > 0 } text)
        {
            ref var node = ref field.Document[field.Node];
            if (node.End <= node.Start)
            {
                return;
            }

            var written = Encoding.UTF8.GetString(field.Document.Source.Bytes[node.Start..node.End]);
            var isWhole = isSecret || (SecretName.IsOfValue(key) && field.Kind != NodeKind.Boolean && !SecretText.IsReference(text)) || CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null;
            var part = isWhole ? Hidden(written) : SecretText.Masked(written);
            if (part != written)
            {
                // A value in quotes may go on in the next line.
                shown.Add((new(node.Start, node.End), part.Count('\n') == written.Count('\n') ? part : Hidden(written)));
            }
        }
    }

    /// <summary>With as many lines; of a block, what says that it is one stays.</summary>
    private static string Hidden(string value)
    {
        var lines = value.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var content = lines[i].Trim();
            if (content.Length > 0 && !(i == 0 && lines.Length > 1 && content[0] is '|' or '>'))
            {
                var start = lines[i].Length - lines[i].TrimStart().Length;
                lines[i] = $"{lines[i][..start]}{Mask}{(lines[i].EndsWith('\r') ? "\r" : "")}";
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Templates, and what is broken, line by line; of what looks like a Secret, no more than what it is called.</summary>
    private static void Unread(ReadOnlySpan<byte> text, int start, int end, List<(TextRange Range, string Text)> shown)
    {
        if (end <= start)
        {
            return;
        }

        var written = Encoding.UTF8.GetString(text[start..end]);
        var documents = Separator().Split(written).Select(document =>
        {
            var isSecret = SecretKind().IsMatch(document);
            return string.Join('\n', document.Split('\n').Select(line => isSecret ? OfSecret(line) : SecretText.Masked(line)));
        });
        shown.Add((new(start, end), string.Concat(documents)));
    }

    private static string OfSecret(string line) =>
        Structure().IsMatch(line) ? SecretText.Masked(line)
        : Entry().Match(line) is { Success: true } entry ? $"{entry.Value}{Mask}{(line.EndsWith('\r') ? "\r" : "")}"
        : Hidden(line);

    [GeneratedRegex("(?:^|[ \\t])#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    /// <summary>Kept by the split, for it is within the brackets of a group.</summary>
    [GeneratedRegex("(^---.*\\n)", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex("^[ -]*[\"']?kind[\"']?[ ]*:[ ]*[\"']?Secret\\b|\"kind\"\\s*:\\s*\"Secret\"", RegexOptions.Multiline)]
    private static partial Regex SecretKind();

    [GeneratedRegex("""^\s*$|^\s*(?:#|\{\{)|:\s*(?:[|>][-+0-9]*\s*)?$|^\s*(?:apiVersion|kind|name|namespace|type|immutable):""")]
    private static partial Regex Structure();

    [GeneratedRegex("""^\s*(?:- )?["']?[A-Za-z0-9_.-]+["']?: +""")]
    private static partial Regex Entry();
}
