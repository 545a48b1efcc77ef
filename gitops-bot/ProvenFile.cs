using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot;

/// <summary>What a pass knows before it delivers anything.</summary>
/// <param name="Unknown">Why evidence could not be had.</param>
/// <param name="Rewritten">Commits that open pull requests were made from, and that are not in the history of the base any more.</param>
internal sealed record Pass(
    BaseScan Scan, ForgeView Forge, DashboardView Dashboard, IReadOnlyList<ProvenFile> Files, IReadOnlyList<ScheduledItem> Queue, IReadOnlyList<string> Unknown,
    IReadOnlySet<string> Rewritten)
{
    /// <summary>The least severity of what becomes an issue; null for none.</summary>
    public Severity? IssuesFrom { get; init; }

    /// <summary>What the items of the queue are, by their ids.</summary>
    public IReadOnlyDictionary<string, string> Titles
    {
        get
        {
            var titles = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in Files)
            {
                foreach (var change in file.Changes)
                {
                    titles[change.Key.Value] = new ChangeText(change, "", null, []).Title;
                }

                if (file.IssueFor(IssuesFrom) is { } refused)
                {
                    titles[DeliveryKey.OfRefusals(file.Plan.Target).Value] = refused.Title;
                }
            }

            return titles;
        }
    }

    /// <summary>Files that could not be read or were passed over, and evidence that could not be had.</summary>
    public IEnumerable<string> Problems =>
        Scan.Result.Problems.Select(problem => $"{problem.File}:{problem.Line}: {problem.Message}")
            .Concat(Scan.Refused.Select(path => $"{path.Path}: {path.Reason}"))
            .Concat(Unknown.Distinct(StringComparer.Ordinal));
}

/// <summary>A file of the base, and what became of the changes that were worked out for it.</summary>
/// <param name="Standing">Proved before, open, and as good as they were.</param>
/// <param name="Changes">Proved now.</param>
/// <param name="Later">Come when one of the changes is merged.</param>
/// <param name="Refused">By a rule, for want of evidence; or by a gate.</param>
/// <param name="Since">When the oldest of what was refused was first seen.</param>
internal sealed record ProvenFile(
    FilePlan Plan, IReadOnlyList<StandingChange> Standing, IReadOnlyList<ScheduledChange> Changes, IReadOnlyList<FindingId> Later, IReadOnlyList<RefusedFinding> Refused, DateTimeOffset Since)
{
    /// <summary>What an issue is to say; null where nothing is bad enough.</summary>
    public RefusedFindings? IssueFor(Severity? least) => RefusedOf(refused => refused.Finding.Rule.Severity >= least);

    /// <summary>All that somebody has to decide, but for what was put off; null where there is nothing.</summary>
    public RefusedFindings? RefusedBut(IReadOnlySet<FindingId> snoozed) => RefusedOf(refused => !snoozed.Contains(refused.Id));

    /// <summary>What is declined once these are put off, too: as the next pass finds it.</summary>
    public IEnumerable<(FindingId Id, Finding Finding)> DeclinedWith(IReadOnlySet<FindingId> snoozed) => Plan.Declined
        .Concat(Plan.Changes.SelectMany(change => change.Edits.Fixes.Zip(change.Ids, (fix, id) => (Id: id, fix.Finding))).Where(each => snoozed.Contains(each.Id)))
        .Concat(Refused.Where(refused => snoozed.Contains(refused.Id)).Select(refused => (refused.Id, refused.Finding)))
        .DistinctBy(each => each.Id)
        .OrderBy(each => each.Finding, FindingOrder.Instance);

    private RefusedFindings? RefusedOf(Func<RefusedFinding, bool> which) => Refused.Where(which).ToList() is { Count: > 0 } findings ? new(Plan.Target, findings) : null;
}

internal sealed record StandingChange(PlannedChange Change, PullRequest Request);
