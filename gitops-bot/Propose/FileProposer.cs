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
    IReadOnlyList<FindingId> Found)
{
    /// <summary>Makes a change of some of another's fixes; null where they clear nothing without the others.</summary>
    public Func<PlannedChange, IReadOnlyList<ProposedFix>, PlannedChange?> Part { get; init; } = (_, _) => null;
}

/// <param name="Group">By the tier that it has before anything is proved.</param>
/// <param name="Ids">Of the fixes, in their order.</param>
/// <param name="Moves">From what to what it brings the objects of the file, alone and with the file's other changes.</param>
internal sealed record PlannedChange(Proposal.Edits Edits, TierGroup Group, IReadOnlyList<FindingId> Ids, IReadOnlyList<(string From, string To)> Moves)
{
    public FindingId IdOf(ProposedFix fix) => Ids[Edits.Fixes.Index().First(each => each.Item.Finding.Key == fix.Finding.Key).Index];
}

/// <summary>Works out what to change in a file: the rules' fixes first, then what evidence allows.</summary>
internal sealed class FileProposer(BaseScan scan, string repository, EvidenceSources evidence)
{
    /// <param name="isDeclined">What people have closed.</param>
    /// <param name="changeOf">What fixes of one object change together, and reach.</param>
    public async Task<FilePlan> PlanAsync(
        FileScan file, Func<FindingId, string, bool> isDeclined, Func<IReadOnlyList<ProposedFix>, Change> changeOf, CancellationToken cancellationToken)
    {
        var target = new WriteTarget(repository, scan.Branch.Text, file.File);
        if (scan.BytesOf(file.File) is not { } bytes)
        {
            return new(target, [], [], [], [], []);
        }

        var source = new SourceText(file.File, bytes);
        var contents = scan.Result.Readings?.GetValueOrDefault(file.File) is { } reading ? ObjectContents.Of(reading) : ObjectContents.Of(source);
        var ids = FindingId.Of(file.Findings, contents);
        var declined = file.Findings.Where(finding => isDeclined(ids[finding.Key], file.File)).ToList();
        var wanted = new FileFindings(source, [.. file.Findings.Except(declined)]);
        var amendments = new Amendments();
        await evidence.ProposeAsync(wanted, amendments, cancellationToken);

        var keys = wanted.Findings.Select(finding => finding.Key).ToHashSet();
        var mended = Mender(amendments.Amend).Mend(source, Safety.Review, mends: finding => keys.Contains(finding.Key));
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
            var change = Make(group);
            refused.AddRange(group.Fixes.Except(change?.Edits.Fixes ?? []).Select(fix => new RefusedFinding(
                fix.Finding, new(RefusalCode.Conflict, "it can be mended only together with what goes another way; it comes when that is merged"), ids[fix.Finding.Key])));
            if (change is not null)
            {
                changes.Add(change);
            }
        }

        if (changes.Count > 1)
        {
            // Whoever merges several in a row has brought the objects to where all of them lead.
            var members = changes.SelectMany(change => change.Edits.Fixes).Select(fix => fix.Finding.Key).ToHashSet();
            var together = contents.Moves(ObjectContents.Of(new SourceText(file.File, Mend(members).Bytes))).ToList();
            changes = [.. changes.Select(change => change with { Moves = [.. change.Moves.Union(together)] })];
        }

        return new(
            target, changes, [.. later.Select(fix => ids[fix.Finding.Key])], refused,
            [.. declined.Select(finding => (ids[finding.Key], finding))],
            [.. file.Findings.Select(finding => ids[finding.Key])])
        {
            Part = (whole, some) => Make(new(
                whole.Group.Tier, some, Change.Union(some.GroupBy(fix => (fix.Finding.Origin.Document, fix.Finding.Origin.Item)).Select(own => changeOf([.. own]))))),
        };

        MendedFile Mend(HashSet<FindingKey> members) => members.SetEquals(keys)
            ? mended
            : Mender(amendments.Amend).Mend(source, Safety.Review, mends: finding => members.Contains(finding.Key));

        PlannedChange? Make(TierGroup group)
        {
            var change = Mend([.. group.Fixes.Select(fix => fix.Finding.Key)]);
            var cleared = change.Fixed.Select(finding => finding.Key).ToHashSet();
            var done = group.Fixes.Where(fix => cleared.Contains(fix.Finding.Key)).ToList();
            return done.Count == 0 ? null : new(
                new(target, scan.Commit, bytes, change.Bytes, done),
                group with { Fixes = done },
                [.. done.Select(fix => ids[fix.Finding.Key])],
                [.. contents.Moves(ObjectContents.Of(new SourceText(file.File, change.Bytes)))]);
        }
    }

    private static Refusal Unmended() => new(RefusalCode.Unverified, "the fix did not hold when it was tried on the file");

    private FileMender Mender(Func<Finding, Finding>? amend) =>
        new(scan.Request.Rules, scan.Request.Settings, scan.Result.Set, scan.Request.Now, amend);
}
