namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Programs that by one verb of theirs destroy what nobody brings back, or what the text does not show.</summary>
internal static class CommandDestroyers
{
    private const string Devices = "overwrites a disk";
    private const string Data = "deletes data that nobody brings back";

    private static readonly (string[] Programs, string[][] Verbs, string Reason)[] All =
    [
        (["helm"], [["uninstall"], ["delete"], ["del"], ["un"]], CommandKubectl.UnseenDeletion),
        (["argocd"], [["app", "delete"], ["appset", "delete"]], CommandKubectl.UnseenDeletion),
        (["flux"], [["uninstall"], ["delete", "kustomization"], ["delete", "ks"], ["delete", "helmrelease"], ["delete", "hr"]], CommandKubectl.UnseenDeletion),
        (["terraform", "tofu", "terragrunt", "pulumi"], [["destroy"]], CommandKubectl.UnseenDeletion),
        (["etcdctl"], [["del"]], CommandKubectl.UnseenDeletion),
        (["velero"], [["backup", "delete"], ["delete", "backup"]], Data),
        (["redis-cli", "valkey-cli"], [["flushall"], ["flushdb"]], Data),
        (["docker", "podman", "nerdctl"], [["volume", "rm"], ["volume", "remove"], ["volume", "prune"]], Data),
        (["zfs", "zpool"], [["destroy"]], Data),
        (["aws"], [["s3", "rb"]], Data),
    ];

    private static readonly string[] Disks = ["wipefs", "blkdiscard", "shred", "mke2fs"];

    public static void Judge(IReadOnlyList<string> words, SortedSet<string> reasons)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsProgram(words[i]))
            {
                continue;
            }

            var program = CommandProgram.ProgramOf(words[i]);
            foreach (var (programs, verbs, reason) in All)
            {
                if (programs.Contains(program, StringComparer.Ordinal) && verbs.Any(verb => Says(words, i, verb)))
                {
                    reasons.Add(reason);
                }
            }

            var rest = words.Skip(i + 1);
            if ((program == "argocd" && Says(words, i, "app", "sync") && rest.Any(word => CommandProgram.IsOn(word, "--prune")))
                || (program is "terraform" or "tofu" && rest.Any(word => word is "-destroy" or "--destroy")))
            {
                reasons.Add(CommandKubectl.UnseenDeletion);
            }

            if (program == "aws" && Says(words, i, "s3", "rm") && rest.Any(word => CommandProgram.IsOn(word, "--recursive")))
            {
                reasons.Add(Data);
            }

            if (Disks.Contains(program, StringComparer.Ordinal) || program == "mkfs" || program.StartsWith("mkfs.", StringComparison.Ordinal)
                || (program == "dd" && rest.Any(word => word.StartsWith("of=/dev/", StringComparison.Ordinal) && word is not ("of=/dev/null" or "of=/dev/stdout" or "of=/dev/stderr"))))
            {
                reasons.Add(Devices);
            }
        }
    }

    /// <summary>Not <c>deployment/helm</c>, nor <c>app=helm</c>.</summary>
    private static bool IsProgram(string word) =>
        !word.Contains('=', StringComparison.Ordinal) && !word.Contains(':', StringComparison.Ordinal) && (!word.Contains('/', StringComparison.Ordinal) || word[0] is '/' or '.' or '~');

    /// <summary>Whether the program's verb is this. A word behind a flag may be its value, and the next one the verb.</summary>
    private static bool Says(IReadOnlyList<string> words, int program, params string[] verb)
    {
        for (var i = program + 1; i < words.Count; i++)
        {
            if (words[i].StartsWith('-'))
            {
                continue;
            }

            if (words.Skip(i).Where(word => !word.StartsWith('-')).Take(verb.Length).SequenceEqual(verb, StringComparer.Ordinal))
            {
                return true;
            }

            if (!words[i - 1].StartsWith('-') || words[i - 1].Contains('=', StringComparison.Ordinal))
            {
                return false;
            }
        }

        return false;
    }
}
