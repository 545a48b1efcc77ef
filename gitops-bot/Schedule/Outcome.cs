namespace SelfHealGitOps.Bot.Schedule;

/// <summary>How a delivered change ended.</summary>
/// <param name="IsMerged">False for one that was closed.</param>
/// <param name="Hours">From delivery to its end.</param>
internal sealed record Outcome(string RuleId, Tier Tier, bool IsMerged, double Hours);
