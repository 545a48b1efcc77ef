using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>
/// The repository behind the local forge. Merging needs no work tree: trees, commits and refs are made directly. What is
/// true of commits stays true, and is asked of git once.
/// </summary>
internal sealed class BareRepository(string folder)
{
    private const int MaxKnown = 10_000;
    private const string Heads = "refs/heads/";

    private readonly Dictionary<(string Tip, string Commit), bool> histories = [];
    private readonly Dictionary<(string One, string Other), string?> merges = [];
    private readonly Dictionary<string, string> trees = new(StringComparer.Ordinal);

    /// <summary>The commit that each branch is at.</summary>
    public IReadOnlyDictionary<string, string> Branches()
    {
        var found = GitCommand.Run(folder, ["for-each-ref", "--format=%(objectname) %(refname)", Heads]);
        return found.ExitCode == 0
            ? found.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(line => line[1][Heads.Length..], line => line[0], StringComparer.Ordinal)
            : throw Failed("listing branches", found);
    }

    /// <summary>Whether a commit has another in its history.</summary>
    public bool Contains(string tip, string commit)
    {
        if (!IsSha(commit))
        {
            return false;
        }

        if (histories.TryGetValue((tip, commit), out var known))
        {
            return known;
        }

        // A commit that is not there may come yet.
        var asked = GitCommand.Run(folder, ["merge-base", "--is-ancestor", commit, tip]);
        return asked.ExitCode is 0 or 1 ? Keep(histories, (tip, commit), asked.ExitCode == 0) : false;
    }

    /// <summary>The tree that a merge of two commits makes; null where they are in conflict.</summary>
    public string? MergedTree(string one, string other)
    {
        if (merges.TryGetValue((one, other), out var known))
        {
            return known;
        }

        var merged = GitCommand.Run(folder, ["merge-tree", "--write-tree", "--no-messages", one, other]);
        return merged.ExitCode switch
        {
            0 => Keep(merges, (one, other), merged.Text.Split('\n')[0]),
            1 => Keep(merges, (one, other), null),

            // Somebody has written the base anew from its first commit on.
            128 when merged.Error.Contains("unrelated histories", StringComparison.Ordinal) => Keep(merges, (one, other), null),
            _ => throw Failed("merging", merged),
        };
    }

    /// <summary>Whether merging one commit into another would change nothing: its changes are there, by whatever way they came.</summary>
    public bool HasChangesOf(string tip, string commit)
    {
        if (!trees.TryGetValue(tip, out var tree))
        {
            var found = GitCommand.Run(folder, ["rev-parse", "--verify", "--end-of-options", $"{tip}^{{tree}}"]);
            tree = Keep(trees, tip, found.ExitCode == 0 ? found.Text.TrimEnd() : throw Failed("reading a commit", found));
        }

        return MergedTree(tip, commit) == tree;
    }

    /// <summary>Moves the base branch to a merge of both, if neither branch has moved since; else null.</summary>
    public string? Merge(string baseBranch, string baseSha, string headBranch, string headSha, string tree, string message)
    {
        var made = GitCommand.Run(
            folder,
            ["-c", "user.name=selfheal", "-c", "user.email=selfheal@localhost", "-c", "commit.gpgSign=false", "commit-tree", tree, "-p", baseSha, "-p", headSha, "-F", "-"],
            System.Text.Encoding.UTF8.GetBytes(message));
        if (made.ExitCode != 0)
        {
            throw Failed("merging", made);
        }

        // One transaction: the head is still what was verified when the base moves, or nothing moves.
        var commit = made.Text.TrimEnd();
        var moved = GitCommand.Run(
            folder,
            ["update-ref", "--stdin"],
            System.Text.Encoding.UTF8.GetBytes($"start\nverify refs/heads/{headBranch} {headSha}\nupdate refs/heads/{baseBranch} {commit} {baseSha}\nprepare\ncommit\n"));
        return moved.ExitCode == 0 ? commit : null;
    }

    private static bool IsSha(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private static TValue Keep<TKey, TValue>(Dictionary<TKey, TValue> known, TKey key, TValue value)
        where TKey : notnull
    {
        if (known.Count >= MaxKnown)
        {
            known.Clear();
        }

        return known[key] = value;
    }

    private static ForgeException Failed(string call, GitOutput output) =>
        new("local forge", call, $"git ended with {output.ExitCode}: {output.Error}", "see whether the repository is whole (git fsck) and git is 2.38 or later", isTransient: false);
}
