namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What became of something that was to be delivered.</summary>
internal abstract record Delivered
{
    private Delivered()
    {
    }

    /// <summary>It is there as it should be.</summary>
    /// <param name="Where">An address or a path, for people.</param>
    /// <param name="Head">The commit of a pull request; null for an issue.</param>
    public sealed record There(int Number, string Where, bool IsNew, bool HasChanged, string? Head) : Delivered;

    /// <summary>Somebody else has put a commit on the branch: it is theirs.</summary>
    /// <param name="Number">Of the pull request; null where there is none.</param>
    /// <param name="IsNew">Whether it is the first pass to see that.</param>
    public sealed record HandsOff(int? Number, string Why, bool IsNew = true) : Delivered;

    /// <summary>Nothing was done now; the next pass tries again.</summary>
    public sealed record Later(string Why) : Delivered;

    /// <summary>Nothing was done, and nothing will be until somebody changes something.</summary>
    public sealed record Failed(string Why) : Delivered;
}
