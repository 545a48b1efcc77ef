using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>The repository behind the local forge. Merging needs no work tree: trees, commits and refs are made directly.</summary>
internal sealed class BareRepository(string folder)
{
    /// <summary>The commit a branch is at; null for no such branch.</summary>
    public string? Head(string branch)
    {
        var found = GitCommand.Run(folder, ["show-ref", "--verify", "--hash", "--", $"refs/heads/{branch}"]);
        return found.ExitCode == 0 ? found.Text.TrimEnd() : null;
    }

    /// <summary>Whether a branch has that commit in its history.</summary>
    public bool Contains(string branch, string commit) =>
        commit.Length > 0 && commit.All(char.IsAsciiHexDigit) && GitCommand.Run(folder, ["merge-base", "--is-ancestor", commit, $"refs/heads/{branch}"]).ExitCode == 0;

    /// <summary>The tree that a merge of two commits makes; null where they are in conflict.</summary>
    public string? MergedTree(string one, string other)
    {
        var merged = GitCommand.Run(folder, ["merge-tree", "--write-tree", "--no-messages", one, other]);
        return merged.ExitCode switch
        {
            0 => merged.Text.Split('\n')[0],
            1 => null,
            _ => throw Failed("merging", merged),
        };
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

    private static ForgeException Failed(string call, GitOutput output) =>
        new("local forge", call, $"git ended with {output.ExitCode}: {output.Error}", "see whether the repository is whole (git fsck) and git is 2.38 or later", isTransient: false);
}
