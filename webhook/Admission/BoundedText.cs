using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>Text that has to fit, in bytes of UTF-8 or in characters, and never ends inside a character.</summary>
internal static class BoundedText
{
    private const string Ellipsis = "...";

    /// <summary>
    /// One line of at most this many bytes; whatever breaks a line, turns it round or cannot be seen becomes a space, so that a
    /// name can neither forge a line nor hide in one.
    /// </summary>
    public static string Line(string text, int maxBytes)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text.Length <= maxBytes ? text : string.Concat(text.AsSpan(0, Math.Max(0, maxBytes - Ellipsis.Length)), Ellipsis);
        }

        var line = string.Concat(text.Select(each => IsPlain(each) ? each : ' '));
        if (Encoding.UTF8.GetByteCount(line) <= maxBytes)
        {
            return line;
        }

        var kept = 0;
        var bytes = Ellipsis.Length;
        foreach (var rune in line.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            kept += rune.Utf16SequenceLength;
        }

        return string.Concat(line.AsSpan(0, kept), Ellipsis);
    }

    private static bool IsPlain(char each) => char.GetUnicodeCategory(each)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
