namespace SelfHealGitOps.Manifests;

/// <summary>The bytes of one file and where its lines begin. A leading UTF-8 byte order mark is part of the bytes.</summary>
public sealed class SourceText(string file, ReadOnlyMemory<byte> bytes, bool isTranscoded = false)
{
    private List<int>? lineStarts;

    /// <summary>The path relative to the scanned root, with forward slashes; <c>-</c> for standard input.</summary>
    public string File { get; } = file;

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    public ReadOnlyMemory<byte> Memory => bytes;

    public int Length => bytes.Length;

    /// <summary>True when the bytes are not those of the file, which is not UTF-8: it can be judged, but not edited.</summary>
    public bool IsTranscoded { get; } = isTranscoded;

    /// <summary>The offset of the first byte after a byte order mark: 0 or 3.</summary>
    public int ContentStart => Bytes.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>Line and column of a byte offset, both 1-based; columns count UTF-16 code units, as editors and SARIF do.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        var starts = lineStarts ??= FindLineStarts();
        var at = starts.BinarySearch(offset);
        var line = at >= 0 ? at : ~at - 1;
        var lineStart = line == 0 ? ContentStart : starts[line];
        return (line + 1, offset <= lineStart ? 1 : System.Text.Encoding.UTF8.GetCharCount(Bytes[lineStart..Math.Min(offset, Length)]) + 1);
    }

    /// <summary>The text of a 1-based line, without its line ending.</summary>
    public string Line(int line)
    {
        var starts = lineStarts ??= FindLineStarts();
        if (line < 1 || line > starts.Count)
        {
            return "";
        }

        var start = line == 1 ? ContentStart : starts[line - 1];
        var end = line < starts.Count ? starts[line] : Length;
        return System.Text.Encoding.UTF8.GetString(Bytes[Math.Min(start, end)..end].TrimEnd("\r\n"u8));
    }

    /// <summary>
    /// The same text in UTF-8, as the API server's clients decode it: UTF-16 by its byte order mark, and U+FFFD for every
    /// byte that is not UTF-8. The very same object where there is nothing to do.
    /// </summary>
    internal SourceText ToUtf8()
    {
        var span = Bytes;
        if (span.StartsWith<byte>([0xFF, 0xFE]) || span.StartsWith<byte>([0xFE, 0xFF]))
        {
            var encoding = span[0] == 0xFF ? System.Text.Encoding.Unicode : System.Text.Encoding.BigEndianUnicode;
            return new(File, System.Text.Encoding.UTF8.GetBytes(encoding.GetString(span[2..])), isTranscoded: true);
        }

        return System.Text.Unicode.Utf8.IsValid(span)
            ? this
            : new(File, System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(span)), isTranscoded: true);
    }

    private List<int> FindLineStarts()
    {
        var starts = new List<int> { 0 };
        var from = 0;
        while (Bytes[from..].IndexOf((byte)'\n') is >= 0 and var at)
        {
            from += at + 1;
            starts.Add(from);
        }

        return starts;
    }
}
