namespace SelfHealGitOps.Bot.Forge;

internal enum PullRequestState
{
    Open,
    Merged,
    ClosedUnmerged,
}

internal enum Mergeability
{
    /// <summary>The forge has not found out yet; ask again later.</summary>
    Unknown,
    Clean,
    Conflict,
}

/// <param name="Body">As it is now, check boxes that people have ticked and all; lines end in LF. Ensuring a draft undoes what it does not repeat.</param>
/// <param name="HeadSha">What the head branch was at when the forge last looked; null where the branch is gone.</param>
/// <param name="IsOwn">By the bot's user, and from a branch of the repository itself: a fork may bear any fingerprint.</param>
/// <param name="Reviewers">Who is asked for a review and has not given one.</param>
/// <param name="MergedSha">The commit that merged it; null where it is not merged or the forge does not say.</param>
/// <param name="Where">Where people look at it: an address or a path.</param>
internal sealed record PullRequest(
    int Number,
    PullRequestState State,
    string Title,
    string Body,
    string HeadBranch,
    string? HeadSha,
    string BaseBranch,
    Mergeability Mergeability,
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> Reviewers,
    bool IsOwn,
    string? MergedSha,
    string Where)
{
    public Fingerprint? Fingerprint { get; } = Forge.Fingerprint.Find(Body);
}

/// <param name="Fingerprint">Put at the end of the body, where nobody sees it.</param>
/// <param name="Body">As it is to be read, without the fingerprint.</param>
internal sealed record PullRequestDraft(
    Fingerprint Fingerprint, string HeadBranch, string BaseBranch, string Title, string Body, IReadOnlyList<string> Labels)
{
    public string FullBody => Fingerprint.Append(Body);
}
