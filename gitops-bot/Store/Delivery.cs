using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Store;

internal enum DeliveryKind
{
    PullRequest,
    Issue,
}

internal enum DeliveryState
{
    Open,
    Merged,

    /// <summary>By a person. It sticks: what was closed is not delivered again.</summary>
    Closed,

    /// <summary>By the bot, since there was nothing left to do. It does not stick.</summary>
    Withdrawn,
}

/// <summary>What the bot remembers of a pull request or an issue; its text, branch and reviews are the forge's to keep.</summary>
internal sealed record Delivery
{
    /// <summary>The fingerprint of the write target, which is also the branch's name. Several deliveries may have it, one after the other.</summary>
    public required string Key { get; init; }

    public required string Repository { get; init; }

    public required DeliveryKind Kind { get; init; }

    /// <summary>The forge's; with repository and kind it says which delivery this is.</summary>
    public required long Number { get; init; }

    public required Tier Tier { get; init; }

    public required DateTimeOffset Opened { get; init; }

    public DeliveryState State { get; init; }

    /// <summary>When it was merged, closed or withdrawn; null while it is open.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The commit that was verified; null for an issue.</summary>
    public string? Head { get; init; }

    /// <summary>Fingerprints of the findings that it mends, in order and each once.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public required IReadOnlyList<string> Rules { get; init; }
}
