using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>What can be done about one file, and what cannot.</summary>
/// <param name="Changes">Apart by tier; each mends the file as it is, and knows nothing of the others.</param>
/// <param name="Later">Can be mended, and is when one of the changes is merged: with it, that would weigh more.</param>
/// <param name="Declined">Closed by people.</param>
/// <param name="Found">All that is wrong with the file.</param>
internal sealed record FilePlan(
    WriteTarget Target,
    IReadOnlyList<PlannedChange> Changes,
    IReadOnlyList<FindingId> Later,
    IReadOnlyList<RefusedFinding> Refused,
    IReadOnlyList<(FindingId Id, Finding Finding)> Declined,
    IReadOnlyList<FindingId> Found);

/// <param name="Group">By the tier that it has before anything is proved.</param>
/// <param name="Ids">Of the fixes, in their order.</param>
internal sealed record PlannedChange(Proposal.Edits Edits, TierGroup Group, IReadOnlyList<FindingId> Ids);

/// <summary>Works out what to change in a file: the rules' fixes first, then what evidence allows.</summary>
internal sealed class FileProposer(BaseScan scan, string repository, EvidenceSources evidence)
{
    /// <param name="isDeclined">What people have closed.</param>
    /// <param name="changeOf">What fixes of one object change together, and reach.</param>
    public async Task<FilePlan> PlanAsync(
        FileScan file, Func<FindingId, bool> isDeclined, Func<IReadOnlyList<ProposedFix>, Change> changeOf, CancellationToken cancellationToken)
    {
        var target = new WriteTarget(repository, scan.Branch.Text, file.File);
        if (scan.BytesOf(file.File) is not { } bytes)
        {
            return new(target, [], [], [], [], []);
        }

        var source = new SourceText(file.File, bytes);
        var all = file.Findings.Select(finding => finding.Key).ToHashSet();
        var (byRules, areAll) = MendAll(source, all);
        var ids = FindingId.Of(file.Findings, scan.Result.Fingerprints, new SourceText(file.File, byRules.Bytes));
        var wanted = new FileFindings(source, [.. file.Findings.Where(finding => !isDeclined(ids[finding.Key]))]);
        var amendments = new Amendments();
        await evidence.ProposeAsync(wanted, amendments, cancellationToken);

        var keys = wanted.Findings.Select(finding => finding.Key).ToHashSet();
        var mended = areAll && keys.SetEquals(all) && amendments.Count == 0
            ? byRules
            : Mender(amendments.Amend).Mend(source, Safety.Review, mends: finding => keys.Contains(finding.Key));
        var mendable = mended.Fixed.Select(finding => finding.Key).ToHashSet();
        var reasons = mended.Remaining.Findings.Where(finding => finding.Refusal is not null)
            .DistinctBy(finding => finding.Key).ToDictionary(finding => finding.Key, finding => finding.Refusal!);
        var refused = wanted.Findings.Where(finding => !mendable.Contains(finding.Key))
            .Select(finding => new RefusedFinding(finding, reasons.GetValueOrDefault(finding.Key) ?? finding.Refusal ?? Unmended(), ids[finding.Key])).ToList();
        var fixes = wanted.Findings.Where(finding => mendable.Contains(finding.Key))
            .Select(finding => amendments.Of(finding.Key) ?? (finding.Fix is null ? null : ProposedFix.OfRule(finding)))
            .OfType<ProposedFix>();
        var changes = new List<PlannedChange>();
        var (groups, later) = TierGroups.Of(fixes, changeOf);
        foreach (var group in groups)
        {
            var members = group.Fixes.Select(fix => fix.Finding.Key).ToHashSet();
            var change = members.SetEquals(keys)
                ? mended
                : Mender(amendments.Amend).Mend(source, Safety.Review, mends: finding => members.Contains(finding.Key));
            var cleared = change.Fixed.Select(finding => finding.Key).ToHashSet();
            var done = group.Fixes.Where(fix => cleared.Contains(fix.Finding.Key)).ToList();
            refused.AddRange(group.Fixes.Where(fix => !cleared.Contains(fix.Finding.Key)).Select(fix => new RefusedFinding(
                fix.Finding, new(RefusalCode.Conflict, "it can be mended only together with what goes another way; it comes when that is merged"), ids[fix.Finding.Key])));
            if (done.Count > 0)
            {
                changes.Add(new(
                    new(target, scan.Commit, bytes, change.Bytes, done),
                    group with { Fixes = done },
                    [.. done.Select(fix => ids[fix.Finding.Key])]));
            }
        }

        return new(
            target, changes, [.. later.Select(fix => ids[fix.Finding.Key])], refused,
            [.. file.Findings.Where(finding => isDeclined(ids[finding.Key])).Select(finding => (ids[finding.Key], finding))],
            [.. file.Findings.Select(finding => ids[finding.Key])]);
    }

    /// <summary>The file with every fix of the rules carried out.</summary>
    /// <param name="keys">Of the findings of the file as it is.</param>
    /// <returns>Also whether these were all that was ever to be mended: then to mend them alone comes to the very same.</returns>
    private (MendedFile Mended, bool AreAll) MendAll(SourceText source, HashSet<FindingKey> keys)
    {
        var areAll = true;
        var mended = Mender(amend: null).Mend(source, Safety.Review, mends: finding =>
        {
            areAll &= keys.Contains(finding.Key);
            return true;
        });
        return (mended, areAll);
    }

    private static Refusal Unmended() => new(RefusalCode.Unverified, "the fix did not hold when it was tried on the file");

    private FileMender Mender(Func<Finding, Finding>? amend) =>
        new(scan.Request.Rules, scan.Request.Settings, scan.Result.Set, scan.Request.Now, amend);
}
