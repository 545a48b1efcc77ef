namespace SelfHealGitOps.Bot.Git;

/// <summary>A regular file of a commit.</summary>
/// <param name="Mode">100644, or 100755 for a program.</param>
internal sealed record TreeFile(string Path, string Mode, string Hash);

/// <summary>What is in a commit and is left alone.</summary>
internal sealed record RefusedPath(string Path, string Reason);

/// <summary>What a commit holds, without its contents.</summary>
internal sealed record GitTree(string Commit, IReadOnlyList<TreeFile> Files, IReadOnlyList<RefusedPath> Refused);

/// <summary>A path that differs between two commits. A rename is a path gone and a path new.</summary>
/// <param name="Before">Null where it was not.</param>
/// <param name="After">Null where it is gone.</param>
internal sealed record TreeChange(string Path, TreeEntry? Before, TreeEntry? After);

/// <summary>A mode and a hash, of whatever kind.</summary>
internal readonly record struct TreeEntry(string Mode, string Hash)
{
    public const string Link = "120000";
    public const string Submodule = "160000";
    public const string File = "100644";
    public const string Program = "100755";

    public bool IsFile => Mode is File or Program or "100664";
}
