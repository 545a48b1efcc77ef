using System.Collections.Frozen;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// What commands in a text force: not what is never done, but what goes past a safeguard, on objects that may be many. Each
/// costs what the same flag costs an action, and what is forced by command text is for two people at least.
/// </summary>
internal static class CommandForce
{
    /// <summary>From so many points on a surcharge says that something is forced, and not only that it is more.</summary>
    public const int LeastForTwo = 15;

    private static readonly FlagSurcharge Finalizers = new("finalizers", 15, "what they guarded is left behind");
    private static readonly FlagSurcharge ForcedPush = new("git push --force", 15, "commits of others are gone from the branch");
    private static readonly FlagSurcharge Reclaim = new("persistentVolumeReclaimPolicy: Delete", 15, "the data goes with its claim");

    /// <summary>What is no flag of an action, and is forced all the same.</summary>
    public static IReadOnlyList<FlagSurcharge> Others { get; } = [Finalizers, ForcedPush, Reclaim];

    // What these print or ask is the same, however many flags they have.
    private static readonly FrozenSet<string> Reading = FrozenSet.Create(
        StringComparer.Ordinal,
        "get", "describe", "logs", "top", "explain", "diff", "api-resources", "api-versions", "version", "cluster-info", "config", "wait", "events", "auth", "port-forward",
        "proxy", "completion", "options", "kustomize", "attach", "list", "ls", "status", "history", "template", "lint", "show", "search", "env", "repo");

    private static readonly FrozenSet<string> Valued = FrozenSet.Create(StringComparer.Ordinal, "--grace-period", "--replicas", "--cascade", "--validate");

    /// <returns>Each once and in order. Empty for text that is too long: that is blocked as it is.</returns>
    public static IReadOnlyList<FlagSurcharge> Of(string text)
    {
        if (text.Length > CommandText.MaxLength)
        {
            return [];
        }

        var found = new SortedDictionary<string, FlagSurcharge>(StringComparer.Ordinal);
        foreach (var line in CommandReadings.Of(text).SelectMany(CommandWords.Flat))
        {
            for (var i = 0; i < line.Length; i++)
            {
                var program = CommandProgram.IsKubectl(line[i]) ? "kubectl" : CommandProgram.ProgramOf(line[i]);
                var surcharges = program switch
                {
                    "kubectl" => [.. Flags(line, i), .. Fields(line, i)],
                    "helm" or "argocd" => Flags(line, i),
                    "git" => Push(line, i),
                    _ => [],
                };
                foreach (var surcharge in surcharges)
                {
                    found[surcharge.Flag] = surcharge;
                }
            }
        }

        return [.. found.Values];
    }

    private static IEnumerable<FlagSurcharge> Flags(string[] words, int program)
    {
        if (IsReading(words, program))
        {
            yield break;
        }

        // What follows two dashes is another command's.
        for (var i = program + 1; i < words.Length && words[i] != "--"; i++)
        {
            // Text is read in small letters.
            var flag = words[i] switch
            {
                "-a" => "-A",
                "-r" => "-R",
                var word when i + 1 < words.Length && Valued.Contains(word) => $"{word} {words[i + 1]}",
                var word => word,
            };
            if (flag.StartsWith('-') && FlagSurcharge.Find(flag) is { Points: > 0 } surcharge)
            {
                yield return surcharge;
            }
        }
    }

    private static IEnumerable<FlagSurcharge> Fields(string[] words, int program)
    {
        var rest = words.AsSpan(program + 1);
        if (rest.IndexOfAny("patch", "edit", "replace") < 0 || IsDry(words, program))
        {
            return [];
        }

        var (hasFinalizers, hasPolicy) = (false, false);
        foreach (var word in rest)
        {
            hasFinalizers |= word.Contains("finalizers", StringComparison.Ordinal) || word.EndsWith("/finalize", StringComparison.Ordinal);
            hasPolicy |= word.Contains("persistentvolumereclaimpolicy", StringComparison.Ordinal);
        }

        return [.. hasFinalizers ? [Finalizers] : (FlagSurcharge[])[], .. hasPolicy && rest.Contains("delete") ? [Reclaim] : (FlagSurcharge[])[]];
    }

    private static IEnumerable<FlagSurcharge> Push(string[] words, int program)
    {
        var at = Array.IndexOf(words, "push", program + 1);
        var isForced = at > 0 && words.Skip(at + 1).Any(word => word is "--force" or "--mirror" or "--delete" || word is ['+' or ':', _, ..]
            || (word is ['-', not '-', ..] && word.AsSpan().IndexOfAny('f', 'd') > 0));
        return isForced ? [ForcedPush] : [];
    }

    /// <summary>By its verb, or its verb of two words: <c>rollout status</c>. A flag's value may stand before it.</summary>
    private static bool IsReading(string[] words, int program)
    {
        if (IsDry(words, program))
        {
            return true;
        }

        for (var i = program + 1; i < words.Length; i++)
        {
            if (CommandProgram.TakesValue.Contains(words[i]))
            {
                i++;
            }
            else if (!words[i].StartsWith('-'))
            {
                return Reading.Contains(words[i]) || (words[i] is "rollout" or "app" && i + 1 < words.Length && Reading.Contains(words[i + 1]));
            }
        }

        return true;
    }

    /// <summary>Said once, and so that it holds: of two the last counts.</summary>
    private static bool IsDry(string[] words, int program)
    {
        string[] said = [.. words.Skip(program + 1).TakeWhile(word => word != "--").Where(word => word.StartsWith("--dry-run", StringComparison.Ordinal))];
        return said is ["--dry-run=server" or "--dry-run=client" or "--dry-run"];
    }
}
