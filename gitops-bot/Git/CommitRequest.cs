namespace SelfHealGitOps.Bot.Git;

/// <summary>A commit that changes exactly these files to exactly these bytes. The same request makes the same commit.</summary>
/// <param name="Parent">The full hash of the commit that it stands on.</param>
/// <param name="Files">By path; null removes the file.</param>
/// <param name="When">Of author and committer, to the second, in UTC.</param>
internal sealed record CommitRequest(
    string Parent,
    IReadOnlyDictionary<string, byte[]?> Files,
    string Message,
    GitIdentity Author,
    DateTimeOffset When)
{
    /// <summary>Whether the author vouches for it in a last line, as many projects ask for.</summary>
    public bool IsSignedOff { get; init; } = true;

    /// <summary>Further lines at the end, as <c>Selfheal-Run: 7f3a</c>; what is unique here makes the commit so.</summary>
    public IReadOnlyList<string> Trailers { get; init; } = [];
}
