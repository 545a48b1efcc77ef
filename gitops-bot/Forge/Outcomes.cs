namespace SelfHealGitOps.Bot.Forge;

/// <param name="HasChanged">Whether anything was made or changed.</param>
internal readonly record struct Ensured(int Number, bool IsNew, bool HasChanged, string Where);

/// <summary>A wish of somebody's that could not be carried out.</summary>
internal sealed record Unsettled(string Title, string Where, string Why);

internal enum CheckState
{
    Pending,
    Success,
    Failure,
}

/// <param name="Context">What tells one check from another.</param>
/// <param name="Description">At most 140 characters are sent; forges cut or refuse more.</param>
internal sealed record CommitStatus(string Context, CheckState State, string Description)
{
    private const int MaxDescription = 140;

    public string ShortDescription => Description.Length <= MaxDescription ? Description : $"{Description[..(MaxDescription - 1)]}…";
}

internal enum ReviewState
{
    Commented,
    Approved,
    ChangesRequested,
}

/// <param name="Sha">The commit that was reviewed: an approval of another one says nothing of this. Null where the forge does not know.</param>
/// <param name="HasWriteAccess">Whether the forge says that this one's approval counts; null where it does not say.</param>
internal sealed record Review(string? Reviewer, ReviewState State, string? Sha, bool? HasWriteAccess);

internal abstract record MergeOutcome
{
    private MergeOutcome()
    {
    }

    /// <param name="Sha">The commit on the base branch; null where the forge does not say.</param>
    public sealed record Merged(string? Sha) : MergeOutcome;

    /// <summary>The branch is not at the commit that was verified. Nothing was merged.</summary>
    /// <param name="Head">What it is at; null where the branch is gone.</param>
    public sealed record HeadMoved(string? Head) : MergeOutcome;

    /// <summary>Conflict, failing check, missing approval, protected branch. Nothing was merged.</summary>
    public sealed record NotMergeable(string Reason) : MergeOutcome;

    public sealed record AlreadyMerged(string? Sha) : MergeOutcome;

    /// <summary>Closed, or never there.</summary>
    public sealed record NotOpen : MergeOutcome;
}
