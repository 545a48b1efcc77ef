using System.Buffers;
using System.Globalization;
using static SelfHealGitOps.Bot.Schedule.CommandProgram;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Finds in command text what is never done, whoever asks: deleting what nobody can bring back, <c>rm -rf</c>,
/// <c>DROP TABLE</c>. It errs to blocked: the text is read several ways (as a shell does, quoted parts as commands of
/// their own, with escapes read, and with all punctuation taken off), one reading that finds something is enough, and what
/// cannot be seen in the text, be it a program, a verb or what is deleted, counts as the worst. It is a net below the
/// closed list of actions, not a sandbox: text that passes it is still nothing that anybody runs.
/// </summary>
internal sealed class CommandText
{
    public const int MaxLength = 64 * 1024;

    /// <summary>Far above any command that a person could review.</summary>
    public const int MaxWords = 4096;

    private const int MaxDepth = 12;

    private static readonly SearchValues<char> Nesting = SearchValues.Create(" \n;|&()<>`'\"");

    private readonly SortedSet<string> reasons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> aliases = new(StringComparer.Ordinal);

    private CommandText()
    {
    }

    /// <returns>What the text does that is never done, each once and in order; empty for text that does none of it.</returns>
    public static IReadOnlyList<string> Judge(string text)
    {
        if (text.Length > MaxLength)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"command text is {text.Length} characters long; must be at most {MaxLength} to be judged")];
        }

        var readings = CommandReadings.Of(text);
        var most = readings.Max(CountWords);
        if (most > MaxWords)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"command text has {most} words; must have at most {MaxWords} to be judged")];
        }

        var judge = new CommandText();
        foreach (var reading in readings)
        {
            judge.JudgeShell(reading, depth: 0, isText: false);
            foreach (var line in CommandWords.Flat(reading))
            {
                judge.JudgeWords(line);
            }

            CommandSql.Judge(reading, judge.reasons);
            CommandUnseen.JudgeText(judge.reasons, reading);
        }

        return [.. judge.reasons];
    }

    /// <summary>Whatever ends a word in any reading of it.</summary>
    private static int CountWords(string text)
    {
        var count = 0;
        var isWord = false;
        foreach (var c in text)
        {
            var isPart = !char.IsWhiteSpace(c) && !";|&()<>`,[]{}:".Contains(c, StringComparison.Ordinal);
            count += isPart && !isWord ? 1 : 0;
            isWord = isPart;
        }

        return count;
    }

    /// <param name="isText">An argument of a program that runs none: what it begins with is no program.</param>
    private void JudgeShell(string text, int depth, bool isText)
    {
        if (depth > MaxDepth)
        {
            reasons.Add("commands within commands are too deep to be judged");
            return;
        }

        foreach (var command in CommandWords.Split(text))
        {
            JudgeWords(command.Words);
            CommandUnseen.Judge(reasons, command, isText);
            isText = false;
            var isOfPlain = CommandUnseen.IsPlain(command);
            foreach (var word in command.Words)
            {
                if (word.AsSpan().ContainsAny(Nesting) && word.Length < text.Length)
                {
                    JudgeShell(word, depth + 1, isOfPlain);
                }
            }
        }
    }

    private void JudgeWords(IReadOnlyList<string> words)
    {
        words = Filled(words);
        CommandRemoval.Judge(reasons, words, isRemoval: false);
        CommandDeletion.Judge(reasons, words);
        CommandKubectl.Judge(reasons, words);
        CommandKubectl.JudgeFinalizers(reasons, words);
        CommandDestroyers.Judge(words, reasons);
        JudgeAlias(words);
    }

    /// <summary>xargs may be told to put what it reads in the place of any word; such a word is nothing that one sees.</summary>
    private static IReadOnlyList<string> Filled(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (ProgramOf(words[i]) is not ("xargs" or "parallel"))
            {
                continue;
            }

            for (var at = i + 1; at < words.Count; at++)
            {
                // In small letters -I is -i, which takes none but the one that it is written with.
                var mark = words[at] == "-i" && at + 1 < words.Count ? words[at + 1]
                    : words[at] is ['-', 'i', _, ..] ? words[at][2..]
                    : words[at].StartsWith("--replace=", StringComparison.Ordinal) ? words[at]["--replace=".Length..] : null;
                if (mark is { Length: > 0 })
                {
                    return [.. words.Take(at + 1), .. words.Skip(at + 1).Select(word => word.Contains(mark, StringComparison.Ordinal) && !IsKubectl(word) && !Runners.Contains(word) ? "{}" : word)];
                }
            }
        }

        return words;
    }

    private void JudgeAlias(IReadOnlyList<string> words)
    {
        if (words.Count > 1 && words[0] == "alias")
        {
            foreach (var word in words.Skip(1))
            {
                if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                {
                    aliases[word[..at]] = word[(at + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }
        else if (words.Count > 0 && aliases.Remove(words[0], out var value))
        {
            JudgeWords([.. value, .. words.Skip(1)]);
            aliases[words[0]] = value;
        }
    }
}
