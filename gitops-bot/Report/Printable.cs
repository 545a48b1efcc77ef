using System.Text;

namespace SelfHealGitOps.Bot.Report;

/// <summary>Text from a repository, made safe to print: a manifest must not move the cursor or colour the terminal.</summary>
internal static class Printable
{
    /// <summary>Control characters (but for tabs) become visible; so do the marks that reorder text.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c != '\t' && (char.IsControl(c) || c is '\u2028' or '\u2029' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069'))
            {
                safe.Append($"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }
}
