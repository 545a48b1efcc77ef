namespace SelfHealGitOps.Bot.Git;

internal abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    public sealed record Fetched(string Commit) : FetchOutcome;

    /// <summary>The repository is there, the branch is not.</summary>
    public sealed record Absent : FetchOutcome;

    public sealed record Failed(GitFailure Failure) : FetchOutcome;
}

internal abstract record CommitOutcome
{
    private CommitOutcome()
    {
    }

    public sealed record Committed(string Commit) : CommitOutcome;

    /// <summary>The files are what they already were.</summary>
    public sealed record Unchanged : CommitOutcome;

    /// <summary>Nothing was committed, and nothing of the kind ever will be.</summary>
    public sealed record Refused(string Path, string Reason) : CommitOutcome;
}

internal abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    /// <param name="IsNew">This very push made the branch: whoever reads it has the claim, and nobody else.</param>
    public sealed record Pushed(bool IsNew) : PushOutcome;

    /// <summary>The server has exactly this already: an earlier push whose answer was lost, or another bot's of the same commit.</summary>
    public sealed record AlreadyThere : PushOutcome;

    /// <summary>The branch is not where it was expected; nothing was changed.</summary>
    /// <param name="Actual">Where it is; null if it is gone.</param>
    public sealed record Moved(string? Actual) : PushOutcome;

    public sealed record Failed(GitFailure Failure) : PushOutcome;
}

internal abstract record RebaseOutcome
{
    private RebaseOutcome()
    {
    }

    /// <param name="Merged">Files that both sides had changed, now holding both changes: bytes that nobody has verified yet.</param>
    public sealed record Rebased(string Commit, IReadOnlyList<string> Merged) : RebaseOutcome;

    /// <summary>The base has not moved.</summary>
    public sealed record Current : RebaseOutcome;

    /// <summary>The new base holds all of it: there is nothing left to propose.</summary>
    public sealed record Emptied : RebaseOutcome;

    /// <summary>Nothing was changed.</summary>
    public sealed record Conflict(IReadOnlyList<string> Paths) : RebaseOutcome;
}

/// <summary>Whose a branch of the bot's is.</summary>
internal abstract record BranchState
{
    private BranchState()
    {
    }

    public sealed record Absent : BranchState;

    /// <param name="Fork">Where it left its base.</param>
    /// <param name="Commits">The bot's own since then, oldest first; none if it was merged.</param>
    public sealed record Ours(string Head, string Base, string Fork, IReadOnlyList<string> Commits) : BranchState;

    /// <summary>Hands off.</summary>
    /// <param name="Why">Fit to print.</param>
    public sealed record Foreign(string Head, string Why) : BranchState;

    public sealed record Failed(GitFailure Failure) : BranchState;
}
