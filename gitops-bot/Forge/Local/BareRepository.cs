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

    private string? objects;

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

    /// <summary>
    /// The name of the tree that a merge of two commits would make; null where they are in conflict. Only asked: what git
    /// writes to find it out goes elsewhere, and away.
    /// </summary>
    public string? MergedTree(string one, string other)
    {
        if (merges.TryGetValue((one, other), out var known))
        {
            return known;
        }

        var aside = Directory.CreateTempSubdirectory("selfheal-objects-");
        try
        {
            var environment = new Dictionary<string, string> { ["GIT_OBJECT_DIRECTORY"] = aside.FullName, ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quoted(Objects()) };
            return Keep(merges, (one, other), Merge(one, other, environment));
        }
        finally
        {
            aside.Delete(recursive: true);
        }
    }

    /// <summary>The same, and the tree is there afterwards.</summary>
    public string? WriteMergedTree(string one, string other) => Merge(one, other, environment: null);

    /// <summary>The folder of a work tree that has a branch checked out; null for none. To move the branch would leave the files there as a change that takes it back.</summary>
    public string? CheckedOutAt(string branch)
    {
        var listed = GitCommand.Run(folder, ["worktree", "list", "--porcelain"]);
        if (listed.ExitCode != 0)
        {
            throw Failed("listing work trees", listed);
        }

        string? at = null;
        foreach (var line in listed.Text.Split('\n'))
        {
            if (line.StartsWith("worktree ", StringComparison.Ordinal))
            {
                at = line["worktree ".Length..];
            }
            else if (line == $"branch {Heads}{branch}")
            {
                return at;
            }
        }

        return null;
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

    private string? Merge(string one, string other, Dictionary<string, string>? environment)
    {
        var merged = GitCommand.Run(folder, ["merge-tree", "--write-tree", "--no-messages", one, other], environment: environment);
        return merged.ExitCode switch
        {
            0 => merged.Text.Split('\n')[0],
            1 => null,

            // Somebody has written the base anew from its first commit on.
            128 when merged.Error.Contains("unrelated histories", StringComparison.Ordinal) => null,
            _ => throw Failed("merging", merged),
        };
    }

    private string Objects()
    {
        if (objects is null)
        {
            var found = GitCommand.Run(folder, ["rev-parse", "--git-path", "objects"]);
            objects = found.ExitCode == 0 ? Path.GetFullPath(Path.Combine(folder, found.Text.TrimEnd('\n'))) : throw Failed("looking for objects", found);
        }

        return objects;
    }

    /// <summary>As git wants a path in a list of them.</summary>
    private static string Quoted(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

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
