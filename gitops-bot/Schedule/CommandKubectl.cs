using System.Collections.Frozen;
using System.Text.RegularExpressions;
using static SelfHealGitOps.Bot.Schedule.CommandProgram;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Finds what only kubectl has: deletions whose object is not in the text, verbs that are not, finalizers that are taken off.</summary>
internal static partial class CommandKubectl
{
    public const string UnseenDeletion = "deletes what cannot be seen in the text";

    // Verbs of kubectl that delete nothing by themselves: what is called "delete" behind them is a name, or prose.
    private static readonly FrozenSet<string> OtherVerbs = FrozenSet.Create(
        StringComparer.Ordinal,
        "annotate", "api-resources", "api-versions", "apply", "attach", "auth", "autoscale", "certificate", "cluster-info", "config", "cordon", "cp", "create", "debug",
        "describe", "diff", "drain", "edit", "events", "explain", "expose", "get", "label", "logs", "patch", "port-forward", "rollout", "run", "scale", "set", "taint",
        "top", "uncordon", "version", "wait");

    /// <summary>Deletions by kubectl whose object is not in the text: from a file, a pipe or a variable; and verbs that are not.</summary>
    public static void Judge(SortedSet<string> reasons, IReadOnlyList<string> words)
    {
        var first = 0;
        while (first < words.Count && !IsKubectl(words[first]))
        {
            first++;
        }

        if (first == words.Count)
        {
            return;
        }

        // What is fed to kubectl as words is a verb, for all one sees.
        var isFed = words.Take(first).Any(word => ProgramOf(word) is "xargs" or "parallel");
        var (isDeleting, isReplacing, isPruning, isForced, isFile) = (false, false, false, false, false);
        var start = first + 1;
        for (var i = start; i <= words.Count; i++)
        {
            if (i < words.Count && !IsKubectl(words[i]) && words[i] != "--")
            {
                isReplacing |= words[i] == "replace";
                isPruning |= IsOn(words[i], "--prune");
                isForced |= IsOn(words[i], "--force");
                isFile |= IsFile(words[i]);
                continue;
            }

            isDeleting |= JudgeKubectl(reasons, words, start, i, isFed);
            // What follows two dashes is another command's, with its own flags.
            start = i + 1;
            if (i < words.Count && words[i] == "--")
            {
                while (i + 1 < words.Count && !IsKubectl(words[i + 1]))
                {
                    i++;
                }

                // "minikube kubectl -- delete ns": a launcher's.
                isDeleting |= start <= i && words[start].StartsWith("delete", StringComparison.Ordinal) && JudgeKubectl(reasons, words, start, i + 1, isFed);
                start = ++i + 1;
            }
        }

        if (isPruning || (isReplacing && isForced) || (isDeleting && isFile))
        {
            reasons.Add(UnseenDeletion);
        }
    }

    /// <summary>One of them, from its first word on.</summary>
    /// <returns>Whether it deletes.</returns>
    private static bool JudgeKubectl(SortedSet<string> reasons, IReadOnlyList<string> words, int start, int end, bool isFed)
    {
        string? verb = null, what = null;
        // What stands behind a flag that nobody knows may be its value.
        var (isDeleting, isOther, isSure) = (false, false, true);
        for (var i = start; i < end; i++)
        {
            if (TakesValue.Contains(words[i]))
            {
                i++;
            }
            else if (!words[i].StartsWith('-'))
            {
                isOther |= verb is null && isSure && OtherVerbs.Contains(words[i]);
                verb ??= words[i];
                what ??= isDeleting ? words[i] : null;
                isDeleting |= !isOther && words[i].StartsWith("delete", StringComparison.Ordinal);
            }
            else
            {
                isSure &= words[i].Contains('=', StringComparison.Ordinal);
            }
        }

        if (verb is null ? isFed : IsHidden(verb))
        {
            reasons.Add("runs a kubectl command that cannot be seen in the text");
        }

        if (isDeleting && (what is null || IsHidden(what)))
        {
            reasons.Add(UnseenDeletion);
        }

        return isDeleting;
    }

    /// <summary>Whoever takes the finalizers off an object that is being deleted deletes it, whatever still holds on to it.</summary>
    public static void JudgeFinalizers(SortedSet<string> reasons, IReadOnlyList<string> words)
    {
        var (isKubectl, isValue, isTaken) = (false, false, false);
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            if (word.Contains("/namespaces/", StringComparison.Ordinal) && word.TrimEnd('/').EndsWith("/finalize", StringComparison.Ordinal))
            {
                reasons.Add("takes the finalizers off a Namespace");
            }

            if (isKubectl && !isValue && !word.StartsWith('-'))
            {
                kinds.UnionWith(word.Split([',', '/']).Select(ProtectedKinds.Find).OfType<string>());
            }

            isTaken |= isKubectl && word.Contains("finalizers", StringComparison.Ordinal);
            isValue = !isValue && isKubectl && TakesValue.Contains(word);
            isKubectl |= IsKubectl(word);
        }

        if (isTaken && words.Any(word => word is "patch" or "edit" or "replace"))
        {
            reasons.UnionWith(kinds.Select(kind => $"takes the finalizers off a {kind}"));
        }
    }

    /// <summary><c>-f</c> and <c>-k</c>, also among other short flags, and the long ones.</summary>
    private static bool IsFile(string word) => word.StartsWith("--filename", StringComparison.Ordinal) || word.StartsWith("--kustomize", StringComparison.Ordinal)
        || word.StartsWith("--raw", StringComparison.Ordinal) || ShortFile().IsMatch(word);

    [GeneratedRegex(@"^-[a-z]*[fk]", RegexOptions.CultureInvariant)]
    private static partial Regex ShortFile();
}
