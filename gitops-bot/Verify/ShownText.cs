using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// A file as other people may be shown it, who get it by mail and keep it: without the data of Secrets, the values of
/// variables whose names speak of a secret, and what has the form of a credential. Line for line the same, to be compared.
/// </summary>
internal static class ShownText
{
    /// <summary>Both texts, masked, as a patch for people to read; it is not one to apply.</summary>
    public static string Diff(string file, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        UnifiedDiff.Of(file, Masked(file, before).Span, Masked(file, after).Span);

    public static ReadOnlyMemory<byte> Masked(string file, ReadOnlyMemory<byte> text)
    {
        var ranges = new List<TextRange>();
        foreach (var reading in FileReading.Read(new ManifestReader(), new SourceText(file, text), isNamed: false).Documents)
        {
            if (reading.Kind == DocumentKind.Manifest && !reading.Document.IsReadOnly)
            {
                foreach (var manifest in reading.Document.Manifests())
                {
                    Collect(manifest.Root, "", isSecret: false, ranges);
                }
            }
        }

        if (ranges.Count == 0)
        {
            return text;
        }

        var masked = new MemoryStream(text.Length);
        var at = 0;
        foreach (var range in ranges.OrderBy(range => range.Start))
        {
            // An anchor's value is where its aliases are, too.
            if (range.Start >= at)
            {
                masked.Write(text.Span[at..range.Start]);
                masked.Write(Mask(text.Span[range.Start..range.End]));
                at = range.End;
            }
        }

        masked.Write(text.Span[at..]);
        return masked.ToArray();
    }

    private static void Collect(Field field, string key, bool isSecret, List<TextRange> ranges)
    {
        if (field.IsMap || field.IsList)
        {
            var isOfSecret = field["kind"].Text == "Secret";
            var isNamed = field["name"].Text is { } name && SecretName.Is(name);
            foreach (var entry in field.Entries)
            {
                Collect(entry.Value, entry.Key, isSecret || (isOfSecret && entry.Key is "data" or "stringData") || (isNamed && entry.Key == "value"), ranges);
            }

            foreach (var element in field.Elements)
            {
                Collect(element, key, isSecret, ranges);
            }

            return;
        }

        if (field.IsWritten && field.Text is { Length: > 0 } text && (isSecret || CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null))
        {
            ref var node = ref field.Document[field.Node];
            if (node.End > node.Start)
            {
                ranges.Add(new(node.Start, node.End));
            }
        }
    }

    /// <summary>With as many lines; of a block, what says that it is one stays.</summary>
    private static byte[] Mask(ReadOnlySpan<byte> value)
    {
        var lines = Encoding.Latin1.GetString(value).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var content = lines[i].Trim();
            if (content.Length > 0 && !(i == 0 && lines.Length > 1 && content[0] is '|' or '>'))
            {
                var start = lines[i].Length - lines[i].TrimStart().Length;
                lines[i] = $"{lines[i][..start]}'{SecretText.Mask}'{(lines[i].EndsWith('\r') ? "\r" : "")}";
            }
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
