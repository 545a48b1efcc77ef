using static SelfHealGitOps.Bot.Schedule.CommandProgram;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Finds <c>rm -rf</c>, and what does the same.</summary>
internal static class CommandRemoval
{
    private const string Removal = "runs rm -rf";

    /// <summary><c>rm</c> with both flags, together or apart, before or after the path, long ones cut short; and what does the same.</summary>
    /// <param name="isRemoval">Whether the program that goes before the words may be one.</param>
    public static void Judge(SortedSet<string> reasons, IReadOnlyList<string> words, bool isRemoval)
    {
        var (recursive, force, isFind) = (false, false, false);
        foreach (var word in words)
        {
            if (isRemoval)
            {
                var isLong = word.StartsWith("--", StringComparison.Ordinal);
                var isShort = !isLong && word.StartsWith('-');
                recursive |= isLong ? word.StartsWith("--r", StringComparison.Ordinal) : isShort && word.Contains('r', StringComparison.Ordinal);
                // Not to ask is what force is for.
                force |= isLong ? word.StartsWith("--f", StringComparison.Ordinal) || (word.StartsWith("--i", StringComparison.Ordinal) && ValueOf(word) is "never" or "no" or "none") || word.StartsWith("--no-preserve", StringComparison.Ordinal)
                    : isShort ? word.Contains('f', StringComparison.Ordinal) : IsLasting(word);
                if ((recursive && force) || word.StartsWith('$') || (isShort && IsHidden(word)))
                {
                    reasons.Add(Removal);
                    return;
                }
            }

            var program = ProgramOf(word);
            isRemoval |= program is "rm" or "remove-item" or "ri";
            isFind |= program is "find" or "fd";
            if (isFind && word is "-delete")
            {
                reasons.Add("deletes files that cannot be seen in the text");
            }

            if (word.Contains("rmtree", StringComparison.Ordinal) || program is "rimraf")
            {
                reasons.Add(Removal);
            }
        }
    }

    /// <summary>Where no terminal is, <c>rm</c> asks nothing; and what lies below these is kept, as it is not in a scratch folder.</summary>
    private static bool IsLasting(string word) => word.StartsWith('~')
        || (word.StartsWith('/') && (word.Contains("..", StringComparison.Ordinal) || !(word.StartsWith("/tmp/", StringComparison.Ordinal) || word.StartsWith("/var/tmp/", StringComparison.Ordinal))));
}
