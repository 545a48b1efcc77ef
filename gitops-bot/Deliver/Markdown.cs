using System.Text;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Text of others in pages of a forge. In code, a forge looks for no names, numbers or tags; so whatever came out of a
/// manifest, a log or a server stands in code, and can leave it by no fence of its own.
/// </summary>
internal static class Markdown
{
    /// <summary>What a body may have in all, its note with it: GitHub takes 65,536 characters, and a fingerprint has to fit behind it.</summary>
    public const int MostBody = 65_000;

    /// <summary>On one line.</summary>
    public static string Code(string text, int most = 300)
    {
        // In a table, a bar ends the cell even in code; a look-alike does not.
        var line = Cut(Printable.Of(text), most).Replace('|', '¦');
        if (string.IsNullOrWhiteSpace(line))
        {
            return "` `";
        }

        var fence = new string('`', Longest(line, '`') + 1);
        var pad = line[0] is '`' or ' ' || line[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{pad}{line}{pad}{fence}";
    }

    /// <summary>Of several lines.</summary>
    /// <param name="language">What the block is shown as: <c>diff</c>.</param>
    /// <param name="most">Characters, about. What comes after is left out, and said to be.</param>
    public static string Block(string text, string language, int most = 9_000)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var taken = new List<string>();
        for (var left = most; taken.Count < lines.Length && left > 0; left -= taken[^1].Length + 1)
        {
            taken.Add(Cut(Printable.Of(lines[taken.Count].TrimEnd('\r')), 500));
        }

        var shown = string.Join('\n', taken);
        var rest = lines.Length > taken.Count ? $"\n… {lines.Length - taken.Count} more lines" : "";
        var fence = new string('`', Math.Max(3, Longest(shown, '`') + 1));
        return $"{fence}{language}\n{shown}{rest}\n{fence}";
    }

    /// <summary>A text without what stands in its blocks of code: that is somebody else's, and says nothing to us.</summary>
    public static string OutsideOfBlocks(string text)
    {
        var outside = new StringBuilder(text.Length);
        var fence = 0;
        foreach (var line in text.Split('\n'))
        {
            var marks = line.AsSpan().IndexOfAnyExcept('`') is var end && end < 0 ? line.Length : end;
            if (fence == 0 && marks >= 3)
            {
                fence = marks;
            }
            else if (fence > 0)
            {
                fence = marks >= fence && line.AsSpan(marks).Trim().IsEmpty ? 0 : fence;
            }
            else
            {
                outside.Append(line).Append('\n');
            }
        }

        return outside.ToString();
    }

    /// <summary>What is folded away under a line. The summary is ours.</summary>
    public static string Details(string summary, string content) => $"<details><summary>{summary}</summary>\n\n{content}\n\n</details>";

    /// <summary>For titles and commit messages, which know no code: no name, number or tag can be in there.</summary>
    public static string Plain(string text, int most = 100)
    {
        var plain = new StringBuilder(Math.Min(text.Length, most));
        foreach (var c in text)
        {
            if (plain.Length == most - 1)
            {
                return plain.Append('…').ToString();
            }

            plain.Append(IsPlain(c) && !IsReference(plain, c) ? c : '_');
        }

        return plain.ToString();
    }

    /// <summary>Letters of every script: names of files have them, and no forge reads a command in them.</summary>
    private static bool IsPlain(char c) =>
        char.IsLetterOrDigit(c) || c is ' ' or '.' or '_' or '/' or '-' or ',' or '(' or ')' or '=' or '\'' or ':' or ';';

    /// <summary>A forge takes GH-1 for an issue, and an address for what it leads to.</summary>
    private static bool IsReference(StringBuilder before, char c) => c switch
    {
        '-' => before is [.., 'g' or 'G', 'h' or 'H'],
        '/' => before is [.., '/'],
        _ => false,
    };

    /// <summary>The same for a name within such a text: one word, so that it is no part of a command such as "fixes GH-1".</summary>
    public static string PlainName(string text, int most = 80) => Plain(text, most).Replace(' ', '_').Replace(':', '_');

    /// <summary>Never in the middle of a character: half of one is not what a forge gives back.</summary>
    private static string Cut(string line, int most) =>
        line.Length <= most ? line : $"{line[..(char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)]}…";

    private static int Longest(string text, char mark)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == mark ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
