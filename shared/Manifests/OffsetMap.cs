using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Turns the UTF-16 offsets that the YAML parser reports into bytes of the file. The same number where the text is
/// ASCII; else counted on from the last one asked for, since a parser asks in nearly ascending order.
/// </summary>
internal struct OffsetMap(char[] text, int length, int byteStart, bool isAscii)
{
    private int chars;
    private int bytes;

    public int ToByte(long offset)
    {
        var at = (int)Math.Min(offset, length);
        if (isAscii)
        {
            return byteStart + at;
        }

        bytes += at >= chars
            ? Encoding.UTF8.GetByteCount(text, chars, at - chars)
            : -Encoding.UTF8.GetByteCount(text, at, chars - at);
        chars = at;
        return byteStart + bytes;
    }
}
