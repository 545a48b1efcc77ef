using System.Collections.Frozen;
using static SelfHealGitOps.Bot.Schedule.CommandProgram;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Finds deletions of what is protected, whatever the program is called: by words, by paths of the API, by calls of client libraries.</summary>
internal static class CommandDeletion
{
    private static readonly FrozenSet<string> Deleting = FrozenSet.Create(
        StringComparer.Ordinal, "delete", "del", "remove", "destroy", "erase", "purge", "wipe");

    /// <summary>Whatever the program is called: a word that deletes, and after it a kind that is protected.</summary>
    public static void Judge(SortedSet<string> reasons, IReadOnlyList<string> words)
    {
        var (isDeleting, isKubectl, isValue, isQuestion) = (false, false, false, false);
        var before = "";
        foreach (var word in words)
        {
            if (isDeleting && !isValue)
            {
                AddProtected(reasons, word);
            }

            isKubectl |= IsKubectl(word);
            // "kubectl auth can-i delete ns" asks, and does nothing.
            isQuestion = !IsKubectl(word) && (isQuestion || (isKubectl && before == "auth" && word == "can-i"));
            // To other programs the same flags are other flags.
            isValue = !isValue && isKubectl && TakesValue.Contains(word);
            isDeleting |= !isQuestion && (Deleting.Contains(word) || IsMethod(word));
            AddCall(reasons, word);
            before = word;
        }

        // The path of a request may stand before the method.
        if (isDeleting)
        {
            foreach (var word in words)
            {
                AddPath(reasons, word);
            }
        }
    }

    /// <summary><c>-XDELETE</c>, also at the end of other short flags, <c>--request=DELETE</c>, <c>--method=DELETE</c>, <c>-Method:Delete</c>.</summary>
    private static bool IsMethod(string word) =>
        word.Length > 1 && word[0] == '-' && (ValueOf(word) == "delete" || (word[1] != '-' && word.EndsWith("xdelete", StringComparison.Ordinal)));

    private static void AddProtected(SortedSet<string> reasons, string word)
    {
        if (word.StartsWith('-') || IsApiPath(word))
        {
            return;
        }

        foreach (var part in word.Split([',', '/', '{', '}', '"', '\'', ';', '!', '?', ':'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (ProtectedKinds.Find(part) is { } kind)
            {
                reasons.Add($"deletes a {kind}");
            }
        }
    }

    /// <summary>A path of the API: <c>/api/v1/namespaces/shop</c>, but not what lies in a namespace.</summary>
    private static void AddPath(SortedSet<string> reasons, string word)
    {
        if (!IsApiPath(word))
        {
            return;
        }

        var end = word.AsSpan().IndexOfAny('?', '#');
        var parts = (end < 0 ? word : word[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var isWithin = parts[i] == "namespaces" && i + 2 < parts.Length && parts[i + 2] is not ("finalize" or "status");
            if (!isWithin && ProtectedKinds.Find(parts[i]) is { } kind)
            {
                reasons.Add($"deletes a {kind}");
            }
        }
    }

    private static bool IsApiPath(string word) => word.Contains("/api/v", StringComparison.Ordinal) || word.Contains("/apis/", StringComparison.Ordinal);

    /// <summary>Calls of client libraries: <c>delete_namespace(</c>, <c>DeleteCollectionPersistentVolume</c>; not <c>delete_namespaced_pod</c>.</summary>
    private static void AddCall(SortedSet<string> reasons, string word)
    {
        if (!word.Contains("delete", StringComparison.Ordinal) || word.StartsWith('-'))
        {
            return;
        }

        var letters = string.Concat(word.Where(char.IsAsciiLetter)).Replace("collection", "", StringComparison.Ordinal);
        foreach (var (call, kind) in new[]
        {
            ("deletenamespace", "Namespace"), ("deletepersistentvolumeclaim", "PersistentVolumeClaim"), ("deletenamespacedpersistentvolumeclaim", "PersistentVolumeClaim"),
            ("deletepersistentvolume", "PersistentVolume"), ("deleteclusterrolebinding", "ClusterRoleBinding"), ("deleteclusterrole", "ClusterRole"),
        })
        {
            var at = letters.IndexOf(call, StringComparison.Ordinal);
            if (at >= 0 && !(call == "deletenamespace" && letters.AsSpan(at + call.Length).StartsWith("d")))
            {
                reasons.Add($"deletes a {kind}");
                return;
            }
        }
    }
}
