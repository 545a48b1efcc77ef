namespace SelfHealGitOps.Manifests;

/// <summary>One document's bytes in its file. <see cref="Index"/> counts as YAML does: an empty document counts, comments before the first <c>---</c> do not.</summary>
internal readonly record struct DocumentSpan(int Index, int Start, int End);

/// <summary>
/// Splits a YAML stream at its <c>---</c> lines, as kubectl does: wherever such a line stands, even inside a quoted or
/// block scalar, so that one broken document never hides the next. What follows a <c>...</c> line is part of no
/// document until the next <c>---</c>; kubectl never sends it.
/// </summary>
internal static class DocumentSplitter
{
    public static IEnumerable<DocumentSpan> Split(SourceText source)
    {
        var index = 0;
        var start = source.ContentStart;
        var end = -1;
        var isExplicit = false;
        for (var at = start; at < source.Length; at = NextLine(source.Bytes, at))
        {
            var marker = MarkerAt(source.Bytes, at);
            if (marker == '.' && end < 0)
            {
                end = at;
            }

            if (marker != '-')
            {
                continue;
            }

            var before = source.Bytes[start..(end < 0 ? at : end)];
            if (!IsDirectivesOnly(before))
            {
                if (isExplicit || HasContent(before))
                {
                    yield return new(index++, start, end < 0 ? at : end);
                }

                start = at;
            }

            isExplicit = true;
            end = -1;
        }

        end = end < 0 ? source.Length : end;
        if (isExplicit || HasContent(source.Bytes[start..end]))
        {
            yield return new(index, start, end);
        }
    }

    private static char MarkerAt(ReadOnlySpan<byte> bytes, int at)
    {
        var line = bytes[at..];
        if (line.Length < 3 || (line[0] != '-' && line[0] != '.') || line[1] != line[0] || line[2] != line[0])
        {
            return '\0';
        }

        return line.Length == 3 || line[3] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' || (line[0] == '-' && line[3] == '#') ? (char)line[0] : '\0';
    }

    private static int NextLine(ReadOnlySpan<byte> bytes, int at)
    {
        var newline = bytes[at..].IndexOf((byte)'\n');
        return newline < 0 ? bytes.Length : at + newline + 1;
    }

    /// <summary>Anything but blank lines and comments.</summary>
    internal static bool HasContent(ReadOnlySpan<byte> bytes) => FirstContent(bytes) >= 0;

    /// <summary>Directives, and nothing that they could apply to yet.</summary>
    private static bool IsDirectivesOnly(ReadOnlySpan<byte> bytes)
    {
        var hasDirective = false;
        for (var at = FirstContent(bytes); at >= 0; at = FirstContent(bytes))
        {
            if (bytes[at] != '%')
            {
                return false;
            }

            hasDirective = true;
            bytes = bytes[NextLine(bytes, at)..];
        }

        return hasDirective;
    }

    /// <summary>The first byte that is neither blank nor part of a comment, or -1.</summary>
    private static int FirstContent(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            switch (bytes[at])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                case (byte)'#':
                    at = NextLine(bytes, at) - 1;
                    break;
                default:
                    return at;
            }
        }

        return -1;
    }
}
