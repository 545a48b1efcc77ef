using System.Globalization;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot;

/// <summary>
/// The flow: one pass over one repository, from what is wrong to what is delivered. Whatever a pass knows it learns from
/// the base branch, the forge and the cluster, so that it can be broken off anywhere and begun again.
/// </summary>
internal sealed class Healing(HealingTools tools, HealingSettings settings)
{
    /// <summary>Outcomes from before say nothing of today; what was not seen since is forgotten.</summary>
    private static readonly TimeSpan OutcomesOf = TimeSpan.FromDays(365);

    private readonly Verifier verifier = new(tools.Clock);

    private DateTimeOffset Now => tools.Clock.GetUtcNow();

    /// <param name="isDryRun">Whether to say what would be done, and do nothing of it.</param>
    public async Task<PassReport> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        using var clone = await tools.Clones.Open(settings.Remote, settings.Credential, cancellationToken);
        if (isDryRun)
        {
            return PassReport.Of(settings.Repository, await LookAsync(clone, ledger: null, cancellationToken), []);
        }

        return await PassLease.UnderAsync(
            tools,
            settings,
            async (leased, ledger) =>
            {
                var pass = await LookAsync(clone, ledger, cancellationToken);
                var work = new PassWork(clone, leased, pass, ledger, tools.Clock, new())
                {
                    VerifyAsync = (edits, stop) => verifier.VerifyAsync(edits, SurroundingsOf(pass.Scan), stop),
                };
                var events = await new PassDelivery(work, ActionPass.DeliveryOf(tools, leased, pass.Scan, ledger)).RunAsync(cancellationToken);

                // Whoever has lost it by now must not call this a pass.
                await ledger.HoldAsync(cancellationToken);
                await tools.Store.PruneAsync(Now - OutcomesOf, cancellationToken);
                return PassReport.Of(settings.Repository, pass, events);
            },
            cancellationToken);
    }

    /// <summary>All of the flow that changes nothing outside.</summary>
    /// <param name="ledger">Null to write nothing down.</param>
    private async Task<Pass> LookAsync(Clone clone, Ledger? ledger, CancellationToken cancellationToken)
    {
        var scan = await BaseScan.RunAsync(clone, settings.Scan, tools.Read, Now, cancellationToken);
        var forge = await ForgeView.ReadAsync(settings.Forge, cancellationToken);
        var dashboard = DashboardView.Of(forge, settings.Repository, scan.Branch.Text);
        if (ledger is not null)
        {
            await ledger.ReconcileAsync(forge, cancellationToken);
        }

        var files = scan.Files.Files.Select(file => FindingId.OfFile(file.Name)).ToHashSet(StringComparer.Ordinal);
        var declines = new Declines(forge, dashboard.Revived, files, Now);
        var surroundings = SurroundingsOf(scan);
        var evidence = EvidenceFor(clone, scan, surroundings);
        var plans = await ProposeAsync(scan, declines, evidence, cancellationToken);
        var since = ledger is null
            ? new Dictionary<string, DateTimeOffset>()
            : await tools.Store.SeeFindingsAsync(settings.Repository, [.. plans.SelectMany(plan => plan.Found).Select(id => id.Identity).Distinct(StringComparer.Ordinal)], Now, cancellationToken);
        var rewritten = await RewrittenAsync(clone, scan, forge, cancellationToken);
        var proven = await VerifyAsync(scan, surroundings, forge, rewritten, plans, since, cancellationToken);
        foreach (var attempt in ledger is null ? [] : evidence.Attempts)
        {
            await ledger!.AuditAsync("model.asked", attempt.Object, attempt.Why, attempt.Outcome.ToString(), cancellationToken, ("try", attempt.Try.ToString(CultureInfo.InvariantCulture)));
        }

        var queue = await ScheduleAsync(forge, dashboard, proven, cancellationToken);
        return new(scan, forge, dashboard, proven, queue, evidence.Problems, rewritten) { IssuesFrom = settings.IssuesFrom };
    }

    /// <summary>A branch that was made from them would bring them back.</summary>
    private static async Task<IReadOnlySet<string>> RewrittenAsync(Clone clone, BaseScan scan, ForgeView forge, CancellationToken cancellationToken)
    {
        var rewritten = new HashSet<string>(StringComparer.Ordinal);
        foreach (var commit in forge.OpenRequests.Select(request => DeliveryNote.Find(request.Body)?.Base).OfType<string>().Where(commit => commit != scan.Commit).Distinct())
        {
            if (await clone.IsBefore(commit, scan.Commit, cancellationToken) == false)
            {
                rewritten.Add(commit);
            }
        }

        return rewritten;
    }

    private Surroundings SurroundingsOf(BaseScan scan) => new(scan.Request.Rules, scan.Request.Settings, scan.Set, scan.Request.Now) { Cluster = settings.Cluster };

    private EvidenceSources EvidenceFor(Clone clone, BaseScan scan, Surroundings surroundings)
    {
        var (rules, policy) = (scan.Request.Rules, scan.Request.Settings);
        return new(
            settings.Images is null ? null : new RegistryProposer(settings.Images),
            new HistoryProposer((file, most, stop) => clone.History(scan.Branch, scan.Commit, file, most, stop), rules, policy, tools.Clock, scan.Result.Set),
            settings.Model is null ? null : new ModelProposer(
                settings.ModelMode, settings.Model, rules, policy, tools.Clock, scan.Result.Set, (file, fixes, stop) => JudgeAsync(scan, surroundings, file, fixes, stop)),
            tools.Answers,
            $"{settings.Repository} {scan.PolicyDigest}");
    }

    /// <summary>The gates, for a model that may try again: why one of them refuses its fixes, or null.</summary>
    private async Task<string?> JudgeAsync(BaseScan scan, Surroundings surroundings, FileFindings file, IReadOnlyList<ProposedFix> fixes, CancellationToken cancellationToken)
    {
        var amendments = new Amendments();
        foreach (var fix in fixes)
        {
            amendments.Add(fix.Finding.Key, fix);
        }

        var mended = new FileMender(scan.Request.Rules, scan.Request.Settings, scan.Result.Set, scan.Request.Now, amendments.Amend)
            .Mend(file.Source, Safety.Review, mends: finding => amendments.Of(finding.Key) is not null);
        if (!mended.IsChanged)
        {
            return "the fix did not hold when it was tried on the file";
        }

        var target = new WriteTarget(settings.Repository, scan.Branch.Text, file.File);
        return await verifier.VerifyAsync(new(target, scan.Commit, file.Source.Memory, mended.Bytes, fixes), surroundings, cancellationToken) is Verification.Refused refused
            ? refused.Refusal.Message
            : null;
    }

    /// <summary>What to change in each file where something is wrong.</summary>
    private async Task<List<FilePlan>> ProposeAsync(BaseScan scan, Declines declines, EvidenceSources evidence, CancellationToken cancellationToken)
    {
        var proposer = new FileProposer(scan, settings.Repository, evidence);
        var reach = await Reach.ReadAsync(scan, settings, cancellationToken);
        var plans = new List<FilePlan>();
        foreach (var file in scan.Result.Files.Where(file => file.Findings.Count > 0))
        {
            var far = await reach.OfFileAsync(file, cancellationToken);
            plans.Add(await proposer.PlanAsync(file, declines.Contains, far.Of, cancellationToken));
        }

        return plans;
    }

    /// <summary>Proves each change, but for those that were proved before and stand as they were.</summary>
    private async Task<List<ProvenFile>> VerifyAsync(
        BaseScan scan, Surroundings surroundings, ForgeView forge, IReadOnlySet<string> rewritten, List<FilePlan> plans, IReadOnlyDictionary<string, DateTimeOffset> since, CancellationToken cancellationToken)
    {
        var proven = new List<ProvenFile>();
        foreach (var plan in plans)
        {
            var owners = string.Join(' ', settings.OwnersOf(scan, plan.Target.File));
            var (standing, changes) = (new List<StandingChange>(), new List<ScheduledChange>());
            var (refused, later) = (plan.Refused.ToList(), plan.Later.ToList());
            foreach (var planned in plan.Changes)
            {
                var before = PullRequestDelivery.HashOf(planned.Edits.Before.Span);
                if (forge.Standing(plan.Target, owners, before, scan.PolicyDigest, planned.Ids) is { } open
                    && !Controls.WantsRegeneration(open.Body) && !rewritten.Contains(DeliveryNote.Find(open.Body)!.Base ?? ""))
                {
                    // What was left out of it is tried again by itself, and goes when the rest is merged.
                    var left = DeliveryNote.Find(open.Body)!.LeftOut.ToHashSet();
                    var some = left.Count == 0 ? null : plan.Part(planned, [.. planned.Edits.Fixes.Where(fix => left.Contains(planned.IdOf(fix)))]);
                    var rest = left.Count == 0 ? planned : plan.Part(planned, [.. planned.Edits.Fixes.Where(fix => !left.Contains(planned.IdOf(fix)))]);
                    standing.Add(new(rest ?? planned, open));
                    if (some is not null && await ProveAsync(some) is { } could)
                    {
                        later.AddRange(could.Change.Ids);
                    }

                    continue;
                }

                if (await ProveAsync(planned) is not { } good)
                {
                    continue;
                }

                var radius = BlastRadius.Of(good.Change.Group.Change with { GatesNotRun = good.Verified.NotRun });
                var key = new DeliveryKey(plan.Target, owners, radius.Tier);
                if (radius.Tier == Tier.Blocked)
                {
                    var why = new Refusal(RefusalCode.TierBlocked, $"blast radius {radius.Score}: {radius.Lines.First(line => line.Input == "hard rule").Why}");
                    refused.AddRange(good.Change.Edits.Fixes.Zip(good.Change.Ids, (fix, id) => new RefusedFinding(fix.Finding, why, id)));
                }
                else if (changes.Exists(other => other.Key == key))
                {
                    // A gate that could not run has lifted it to a tier that another change of the file has already.
                    later.AddRange(good.Change.Ids);
                }
                else
                {
                    changes.Add(new(key, good.Verified, good.Change.Group.Change, radius, good.Change.Ids, [.. planned.Ids.Except(good.Change.Ids)], good.Change.Moves, OldestOf(good.Change.Ids)));
                }
            }

            async Task<(PlannedChange Change, VerifiedProposal Verified)?> ProveAsync(PlannedChange whole)
            {
                var salvage = new Salvage(plan.Part, part => verifier.VerifyAsync(part.Edits, surroundings, cancellationToken));
                var held = await salvage.RunAsync(whole);
                refused.AddRange(salvage.Refused.Select(each => new RefusedFinding(each.Fix.Finding, each.Refusal, whole.IdOf(each.Fix))));
                return held;
            }

            proven.Add(new(plan, standing, changes, later, refused, OldestOf(refused.Select(each => each.Id))));
        }

        return proven;

        DateTimeOffset OldestOf(IEnumerable<FindingId> ids) => ids.Select(id => since.GetValueOrDefault(id.Identity, Now)).DefaultIfEmpty(Now).Min();
    }

    /// <summary>What may go now, and what has to wait. Only what is not open yet takes of a limit.</summary>
    private async Task<IReadOnlyList<ScheduledItem>> ScheduleAsync(
        ForgeView forge, DashboardView dashboard, List<ProvenFile> proven, CancellationToken cancellationToken)
    {
        var items = new List<QueueItem>();
        foreach (var file in proven)
        {
            foreach (var change in file.Changes.Where(change => forge.OpenRequest(change.Key.Fingerprint) is null))
            {
                var worst = change.Edits.Fixes.OrderByDescending(fix => fix.Finding.Rule.Severity).First().Finding.Rule;
                items.Add(new(change.Key.Value, change.Key.Value, worst.Id, worst.Severity, ExposureOf(change.Change), change.Radius.Score, change.Since) { Rules = QueueItem.RulesOf(worst.Id, change.Edits.Fixes.Select(fix => fix.Finding)) });
            }

            if (file.IssueFor(settings.IssuesFrom) is { } refused && forge.OpenIssue(DeliveryKey.OfRefusals(refused.Target)) is null)
            {
                var worst = refused.Findings.OrderByDescending(each => each.Finding.Rule.Severity).First().Finding.Rule;
                var key = DeliveryKey.OfRefusals(refused.Target).Value;
                items.Add(new(key, key, worst.Id, worst.Severity, Exposure: null, Tiers.Blocked, file.Since) { Rules = QueueItem.RulesOf(worst.Id, refused.Findings.Select(each => each.Finding)) });
            }
        }

        var outcomes = (await tools.Store.OutcomesAsync(Now - OutcomesOf, cancellationToken))
            .Where(outcome => outcome.Kind is OutcomeKind.Merged or OutcomeKind.Closed)
            .Select(outcome => new Outcome(outcome.Rule, outcome.Tier, outcome.Kind == OutcomeKind.Merged, outcome.Hours));
        var ranked = new Ranking(new OutcomeStatistics(outcomes), settings.KnownExploited).Order(items, Now);
        var wanted = new Budget(settings.Budget, tools.Clock).Decide(ranked, await DeliveriesAsync(forge, cancellationToken));
        return [.. wanted.Select(item => dashboard.Deliver.Contains(item.Item.Id) ? item.AskedFor() : item)];
    }

    /// <summary>What is open is what the forge says; since when, and what was opened and is closed again, the store knows.</summary>
    private async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(ForgeView forge, CancellationToken cancellationToken)
    {
        var today = (await tools.Store.DeliveriesSinceAsync(Now - TimeSpan.FromDays(1), cancellationToken)).Where(each => each.Repository == settings.Repository).ToList();
        var open = forge.OpenRequests.Select(each => (Kind: DeliveryKind.PullRequest, each.Number, each.Fingerprint, each.Body))
            .Concat(forge.OpenIssues.Select(each => (Kind: DeliveryKind.Issue, each.Number, each.Fingerprint, each.Body)))
            .Where(each => DeliveryNote.Find(each.Body) is not null)
            .Select(each => new DeliveryRecord(
                each.Fingerprint?.Value ?? "", DeliveryNote.Find(each.Body)!.Tier,
                today.Find(known => known.Kind == each.Kind && known.Number == each.Number)?.Opened ?? DateTimeOffset.MinValue, IsOpen: true));
        var openNumbers = forge.OpenRequests.Select(each => each.Number).Concat(forge.OpenIssues.Select(each => each.Number)).ToHashSet();
        return [.. open, .. today.Where(each => !openNumbers.Contains((int)each.Number)).Select(each => new DeliveryRecord(each.Key, each.Tier, each.Opened, IsOpen: false))];
    }

    /// <summary>Who can reach the object that is changed; null where that is not known.</summary>
    private static Exposure? ExposureOf(Change change) => change.Live switch
    {
        { Ingresses.Count: > 0 } => Exposure.Outside,
        { Ingresses: null } or { Services: null } => null,
        { Services.Count: > 0 } => Exposure.Cluster,
        _ => Exposure.None,
    };
}
