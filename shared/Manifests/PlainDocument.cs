using System.Text.Unicode;

namespace SelfHealGitOps.Manifests;

/// <summary>A file of our own that is one YAML document and no manifest. Read more strictly than manifests are: no decoder of somebody else's has to be followed.</summary>
internal static class PlainDocument
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// The document of a file; the caller may keep it. Null where it could not be read to its end: then there is a
    /// failure that says why. There may be failures beside a document, too.
    /// </summary>
    public static FlatDocument? Read(SourceText source, List<ReadFailure> failures)
    {
        if (source.Length > MaxBytes)
        {
            failures.Add(new(ProblemCode.TooLarge, 0, $"{source.Length} bytes; must be at most {MaxBytes}"));
            return null;
        }

        if (!Utf8.IsValid(source.Bytes))
        {
            failures.Add(new(ProblemCode.Syntax, FirstInvalid(source.Bytes), "is not UTF-8"));
            return null;
        }

        if (TemplateText.IsCertain(source.Bytes))
        {
            failures.Add(new(ProblemCode.Syntax, Math.Max(0, source.Bytes.IndexOf("\n{{"u8) + 1), "is a template expression, which nobody fills in here"));
            return null;
        }

        var spans = DocumentSplitter.Split(source).ToList();
        var span = spans.Count > 0 ? spans[0] : new DocumentSpan(0, source.ContentStart, source.Length);
        if (spans.Count > 1)
        {
            failures.Add(new(ProblemCode.Syntax, spans[1].Start, "another document begins here; must be one"));
        }
        else if (span.End < source.Length && DocumentSplitter.HasContent(source.Bytes[(span.End + 3)..]))
        {
            failures.Add(new(ProblemCode.Syntax, span.End, "the document ends here, and something follows; nothing must"));
        }

        var document = new FlatDocument();
        try
        {
            new YamlReader().Read(document, source, span, failures);
            return document;
        }
        catch (ReadFailure failure)
        {
            failures.Add(failure);
            return null;
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
