namespace SelfHealGitOps.Bot.Store;

/// <summary>Somebody's wish not to hear of something for a while. A later one for the same subject takes its place.</summary>
/// <param name="Subject">The fingerprint of a finding, or the key of a delivery.</param>
internal sealed record Snooze(string Repository, string Subject, DateTimeOffset Until, string By, string Why);
