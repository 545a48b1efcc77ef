using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Text from a repository, made safe to print: a manifest must not move the cursor, colour the terminal or hide a part of itself.</summary>
internal static class Printable
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Control characters (but for tabs) become visible; so do the marks that reorder text or cannot be seen, but for the
    /// joiners that scripts and emoji are written with.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSafe(rune))
            {
                safe.Append(rune);
            }
            else
            {
                safe.Append(rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}");
            }
        }

        return safe.ToString();
    }

    /// <summary>
    /// A message of several lines, where none but the first can be a command to the log of a CI server: else, since it
    /// quotes what somebody else has written, one line.
    /// </summary>
    public static string Message(string text)
    {
        var lines = text.Split('\n');
        return lines.Skip(1).Any(line => line.TrimStart().StartsWith("::", StringComparison.Ordinal) || line.Contains("##[", StringComparison.Ordinal))
            ? Of(text)
            : string.Join('\n', lines.Select(line => Of(line.TrimEnd('\r'))));
    }

    private static bool IsSafe(Rune rune) => rune.Value is '\t' or ZeroWidthJoiner or ZeroWidthNonJoiner
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
