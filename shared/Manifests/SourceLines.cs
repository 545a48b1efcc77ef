namespace SelfHealGitOps.Manifests;

/// <summary>What stands before a value on its line.</summary>
internal enum LinePrefix
{
    /// <summary>Its indentation alone.</summary>
    Blank,

    /// <summary>The dashes of the lists that it begins an element of.</summary>
    Dashes,

    /// <summary>Anything else: a question mark, an anchor, a document marker.</summary>
    Other,
}

/// <summary>The lines around an offset. Offsets are bytes of the file; nothing is kept, so that an edit costs its own lines.</summary>
internal sealed class SourceLines(SourceText source)
{
    public ReadOnlySpan<byte> Bytes => source.Bytes;

    /// <summary>A carriage return alone ends a line for YAML but not for us: seen on a line that was asked for.</summary>
    public bool HasLoneReturn { get; private set; }

    public int Start(int offset)
    {
        var at = source.ContentStart + Bytes[source.ContentStart..offset].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        HasLoneReturn |= at > source.ContentStart && Bytes[at - 1] == '\r' && (at == Bytes.Length || Bytes[at] != '\n');
        return at;
    }

    /// <summary>The end of the line without its line ending.</summary>
    public int ContentEnd(int offset)
    {
        var length = Bytes[offset..].IndexOfAny((byte)'\n', (byte)'\r');
        if (length < 0)
        {
            return Bytes.Length;
        }

        var at = offset + length;
        HasLoneReturn |= Bytes[at] == '\r' && (at + 1 == Bytes.Length || Bytes[at + 1] != '\n');
        return at;
    }

    /// <summary>
    /// Where the next line begins. One past the file's length when this is the last line and lacks its line ending, as if
    /// the ending were there: <see cref="SpliceList"/> sets that right.
    /// </summary>
    public int Next(int offset)
    {
        var end = ContentEnd(offset);
        return end == Bytes.Length ? Bytes.Length + 1 : end + (Bytes[end] == '\r' ? 2 : 1);
    }

    public int Column(int offset) => offset - Start(offset);

    /// <summary>The ending of the line, or of the line above where it has none.</summary>
    public string Ending(int offset)
    {
        var end = ContentEnd(offset);
        if (end == Bytes.Length)
        {
            end = Start(offset) - 1;
            return end > 0 && Bytes[end] == '\n' && Bytes[end - 1] == '\r' ? "\r\n" : "\n";
        }

        return Bytes[end] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>The white space with which a line begins.</summary>
    public string Indentation(int offset)
    {
        var start = Start(offset);
        var length = Bytes[start..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        return System.Text.Encoding.ASCII.GetString(Bytes.Slice(start, length < 0 ? 0 : length));
    }

    public LinePrefix Prefix(int offset)
    {
        var prefix = Bytes[Start(offset)..offset];
        var isBlank = true;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (prefix[i] == '-' && (i + 1 == prefix.Length || prefix[i + 1] == ' '))
            {
                isBlank = false;
            }
            else if (prefix[i] != ' ')
            {
                return LinePrefix.Other;
            }
        }

        return isBlank ? LinePrefix.Blank : LinePrefix.Dashes;
    }

    public bool IsBlank(int start, int end) => Bytes[start..end].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>Where the comment begins that follows on the line, or -1.</summary>
    public int CommentAfter(int offset)
    {
        var at = SkipBlank(offset);
        return at < Bytes.Length && Bytes[at] == '#' ? at : -1;
    }

    public int SkipBlank(int offset)
    {
        var length = Bytes[offset..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        return length < 0 ? Bytes.Length : offset + length;
    }

    /// <summary>The first of the comment lines right above a line that are indented as it is; else the line itself.</summary>
    public int LeadingComments(int lineStart, int column)
    {
        var first = lineStart;
        while (first > source.ContentStart)
        {
            var above = Start(first - (first > 1 && Bytes[first - 2] == '\r' ? 2 : 1));
            if (!IsBlank(above, Math.Min(above + column, first)) || above + column >= first || Bytes[above + column] != '#')
            {
                return first;
            }

            first = above;
        }

        return first;
    }
}
