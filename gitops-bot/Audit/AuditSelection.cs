namespace SelfHealGitOps.Bot.Audit;

/// <param name="Since">Null for all times.</param>
/// <param name="Target">A part of the target's text; null for any.</param>
internal sealed record AuditSelection(DateTimeOffset? Since, string? Target)
{
    public bool Takes(AuditEntry entry) => (Since is null || entry.Event.Time >= Since)
        && (Target is null || entry.Event.Target.Contains(Target, StringComparison.Ordinal));
}
