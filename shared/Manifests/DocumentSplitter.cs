namespace SelfHealGitOps.Manifests;

/// <summary>One document's bytes in its file. <see cref="Index"/> counts as YAML does: an empty document counts, comments before the first <c>---</c> do not.</summary>
internal readonly record struct DocumentSpan(int Index, int Start, int End);

/// <summary>
/// Splits a YAML stream at its <c>---</c> and <c>...</c> lines. Both end a document wherever they stand at the start of
/// a line, even inside a quoted or block scalar, so that one broken document never hides the next.
/// </summary>
internal static class DocumentSplitter
{
    public static IEnumerable<DocumentSpan> Split(SourceText source)
    {
        var index = 0;
        var start = source.ContentStart;
        var isExplicit = false;
        var at = start;
        while (at < source.Length)
        {
            var marker = MarkerAt(source.Bytes, at);
            if (marker == '-' && (isExplicit || HasContent(source.Bytes[start..at])))
            {
                if (!IsDirectivesOnly(source.Bytes[start..at]))
                {
                    yield return new(index++, start, at);
                    start = at;
                }
            }
            else if (marker == '-')
            {
                start = IsDirectivesOnly(source.Bytes[start..at]) ? start : at;
            }

            isExplicit |= marker == '-';
            at = NextLine(source.Bytes, at);
            if (marker == '.')
            {
                if (isExplicit || HasContent(source.Bytes[start..at]))
                {
                    yield return new(index++, start, at);
                }

                start = at;
                isExplicit = false;
            }
        }

        if (isExplicit || HasContent(source.Bytes[start..source.Length]))
        {
            yield return new(index, start, source.Length);
        }
    }

    private static char MarkerAt(ReadOnlySpan<byte> bytes, int at)
    {
        var line = bytes[at..];
        if (line.Length < 3 || (line[0] != '-' && line[0] != '.') || line[1] != line[0] || line[2] != line[0])
        {
            return '\0';
        }

        return line.Length == 3 || line[3] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' ? (char)line[0] : '\0';
    }

    private static int NextLine(ReadOnlySpan<byte> bytes, int at)
    {
        var newline = bytes[at..].IndexOf((byte)'\n');
        return newline < 0 ? bytes.Length : at + newline + 1;
    }

    /// <summary>Anything but blank lines and comments.</summary>
    private static bool HasContent(ReadOnlySpan<byte> bytes)
    {
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range].Trim(" \t\r"u8);
            if (!line.IsEmpty && line[0] != '#')
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDirectivesOnly(ReadOnlySpan<byte> bytes)
    {
        var hasDirective = false;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range].Trim(" \t\r"u8);
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (line[0] != '%')
            {
                return false;
            }

            hasDirective = true;
        }

        return hasDirective;
    }
}
