using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Store;

internal enum OutcomeKind
{
    Merged,
    Closed,

    /// <summary>Merged, and the finding is gone where it was seen.</summary>
    Healed,

    /// <summary>Merged, and the finding is still there.</summary>
    NotHealed,

    /// <summary>Merged, and taken back.</summary>
    Reverted,
}

/// <summary>What became of a delivery, for one of its rules.</summary>
/// <param name="Delivery">Names the delivery. One outcome of a kind is kept for each delivery and rule, however often it is saved.</param>
/// <param name="Hours">From delivery to this; not negative.</param>
internal sealed record RecordedOutcome(string Delivery, string Rule, Tier Tier, OutcomeKind Kind, double Hours, DateTimeOffset At);
