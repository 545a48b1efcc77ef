using System.Text;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>Text that has to fit, in bytes of UTF-8 or in characters, and never ends inside a character.</summary>
internal static class BoundedText
{
    private const string Ellipsis = "...";

    /// <summary>One line of at most this many bytes; control characters become spaces, so that a name cannot forge a line.</summary>
    public static string Line(string text, int maxBytes)
    {
        var line = text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.Contains('\x7f', StringComparison.Ordinal)
            ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))
            : text;
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
}
