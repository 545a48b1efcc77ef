using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot;

/// <summary>What a pass knows before it delivers anything.</summary>
/// <param name="Unknown">Why evidence could not be had.</param>
internal sealed record Pass(BaseScan Scan, ForgeView Forge, DashboardView Dashboard, Declines Declines, IReadOnlyList<ProvenFile> Files, IReadOnlyList<ScheduledItem> Queue, IReadOnlyList<string> Unknown);

/// <summary>A file of the base, and what became of the changes that were worked out for it.</summary>
/// <param name="Standing">Proved before, open, and as good as they were.</param>
/// <param name="Changes">Proved now.</param>
/// <param name="Refused">By a rule, for want of evidence; or by a gate.</param>
/// <param name="Since">When the oldest of what was refused was first seen.</param>
internal sealed record ProvenFile(
    FilePlan Plan, IReadOnlyList<StandingChange> Standing, IReadOnlyList<ScheduledChange> Changes, IReadOnlyList<RefusedFinding> Refused, DateTimeOffset Since)
{
    /// <summary>What an issue is to say; null where nothing is bad enough.</summary>
    public RefusedFindings? IssueFor(Severity? least) =>
        Refused.Where(refused => refused.Finding.Rule.Severity >= least).ToList() is { Count: > 0 } findings ? new(Plan.Target, findings) : null;
}

internal sealed record StandingChange(PlannedChange Change, PullRequest Request);
