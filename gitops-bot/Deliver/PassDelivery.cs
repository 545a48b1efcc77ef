using System.Globalization;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Delivers what a pass has found: what is open is brought up to date or taken back, then what may go is opened, then what
/// may be merged is merged, and the dashboard says all of it. One thing that fails keeps none of the others from going.
/// </summary>
internal sealed class PassDelivery(Clone clone, HealingTools tools, HealingSettings settings, Pass pass, Ledger ledger)
{
    private const int MostTimesAway = 3;

    private readonly PullRequestDelivery delivery = new(clone, settings.Forge, settings.Author, tools.Clock, settings.SignsOff);
    private readonly Withdrawal withdrawal = new(clone, settings.Forge, settings.Author);
    private readonly ActionDelivery actions = ActionPass.DeliveryOf(tools, settings, pass.Scan, ledger);
    private readonly List<PassEvent> events = [];

    /// <summary>How often in a row the forge was away: after a few times, the others are left to the next pass.</summary>
    private int timesAway;
    private readonly List<(string Title, string Where, string Note)> open = [];

    /// <summary>Declined for a while in this very pass.</summary>
    private readonly HashSet<FindingId> snoozed = [];

    /// <summary>Pull requests that were made, moved, closed or left to somebody in this pass.</summary>
    private readonly HashSet<int> touched = [];

    public async Task<IReadOnlyList<PassEvent>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var request in pass.Forge.OpenRequests)
        {
            await Guard($"pull request {request.Number}", () => FollowAsync(request, cancellationToken));
        }

        foreach (var issue in pass.Forge.OpenIssues.Where(issue => issue.Fingerprint != pass.Dashboard.Fingerprint))
        {
            await Guard($"issue {issue.Number}", () => FollowAsync(issue, cancellationToken));
        }

        foreach (var act in settings.Actions.Where(act => pass.Forge.OpenIssue(ActionDelivery.KeyOf(act.Action, settings.Repository)) is null))
        {
            await Guard(act.Action.Name, async () => Note(await ActionPass.ProposeAsync(actions, act, tools.Clock, settings.Cluster, pass.Forge, cancellationToken)));
        }

        foreach (var item in pass.Queue.Where(item => item.IsAdmitted))
        {
            await Guard(item.Item.Target, () => OpenAsync(item, cancellationToken));
        }

        foreach (var request in pass.Forge.OpenRequests.Where(request => !touched.Contains(request.Number)))
        {
            await Guard($"pull request {request.Number}", () => MergeAsync(request, cancellationToken));
        }

        if (!pass.Dashboard.IsClosed)
        {
            await Guard("dashboard", () => ShowAsync(cancellationToken));
        }

        foreach (var done in events.Where(each => each.Act is PassAct.Merged or PassAct.Withdrawn or PassAct.Snoozed or PassAct.HandsOff or PassAct.Failed))
        {
            await ledger.AuditAsync($"delivery.{WordOf(done.Act)}", done.Where ?? done.What, done.What, done.Why ?? "done", cancellationToken);
        }

        return events;
    }

    private static string WordOf(PassAct act) => act == PassAct.HandsOff ? "left-alone" : act.ToString().ToLowerInvariant();

    /// <summary>What is open already: brought up to date, put off, or taken back.</summary>
    private async Task FollowAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (await settings.Forge.GetPullRequestAsync(request.Number, cancellationToken) is not { State: PullRequestState.Open })
        {
            // Closed or merged since the pass looked: whatever was to be done to it would open another one.
            Note(PassAct.Held, request.Title, request.Where, "it was closed just now");
            touched.Add(request.Number);
            return;
        }

        if (Controls.WantsSnooze(request.Body))
        {
            var until = tools.Clock.GetUtcNow() + Controls.SnoozeTime;
            await withdrawal.SnoozeAsync(request.Number, request.Body, request.Fingerprint, until, cancellationToken);
            snoozed.UnionWith(DeliveryNote.Find(request.Body)?.Findings ?? []);
            Note(PassAct.Snoozed, request.Title, request.Where, string.Create(CultureInfo.InvariantCulture, $"until {until.UtcDateTime:yyyy-MM-dd}"));
            touched.Add(request.Number);
            return;
        }

        if (pass.Files.SelectMany(file => file.Standing).FirstOrDefault(each => each.Request.Number == request.Number) is { } standing)
        {
            await FinishAsync(request, standing, cancellationToken);
            Note(PassAct.Unchanged, request.Title, request.Where);
            open.Add((request.Title, request.Where, Tiers.Word(standing.Change.Group.Tier)));
            return;
        }

        if (pass.Files.SelectMany(file => file.Changes).FirstOrDefault(change => change.Key.Fingerprint == request.Fingerprint) is { } change)
        {
            await UpdateAsync(request, change, cancellationToken);
            return;
        }

        var note = DeliveryNote.Find(request.Body);
        var ids = note?.Findings.Select(id => id.Identity).ToHashSet() ?? [];
        if (await clone.Inspect(BranchName.Parse(request.HeadBranch), pass.Scan.Branch, settings.Author, cancellationToken) is BranchState.Foreign foreign)
        {
            await delivery.LeaveAloneAsync(request.Number, foreign.Why, cancellationToken);
            Note(PassAct.HandsOff, request.Title, request.Where, foreign.Why);
            touched.Add(request.Number);
        }
        else if (note is null || pass.Files.SelectMany(file => file.Plan.Found).Any(id => ids.Contains(id.Identity)) || CouldNotLook())
        {
            // Something of it is still there; it only cannot be worked out now, as when a registry is away.
            Note(PassAct.Unchanged, request.Title, request.Where, "its findings are there, and no change for them could be worked out in this pass");
        }
        else
        {
            await withdrawal.WithdrawAsync(request, "none of its findings is found any more", cancellationToken);
            Note(PassAct.Withdrawn, request.Title, request.Where, "its findings are gone");
            touched.Add(request.Number);
            return;
        }

        open.Add((request.Title, request.Where, ""));
    }

    /// <summary>What a bot that was killed has opened, and not come to write down.</summary>
    private async Task FinishAsync(PullRequest request, StandingChange standing, CancellationToken cancellationToken)
    {
        var edits = standing.Change.Edits;
        var key = request.Fingerprint!.Value.Value;
        if (!await ledger.KnowsAsync(DeliveryKind.PullRequest, key, request.Number, cancellationToken))
        {
            await delivery.AskAsync(request.Number, settings.OwnersOf(pass.Scan, edits.Target.File), cancellationToken);
        }

        await ledger.DeliveredAsync(
            DeliveryKind.PullRequest, key, new(request.Number, request.Where, IsNew: false, HasChanged: false, request.HeadSha), DeliveryNote.Find(request.Body)!.Tier,
            standing.Change.Ids, [.. edits.Fixes.Select(fix => fix.Finding.Rule.Id)], request.Title, cancellationToken);
    }

    /// <summary>Files that could not be read may hold anything.</summary>
    private bool CouldNotLook() => pass.Scan.Result.Problems.Any();

    private async Task UpdateAsync(PullRequest request, ScheduledChange change, CancellationToken cancellationToken)
    {
        var wishes = Controls.WantsRegeneration(request.Body);
        if (!wishes && request.Mergeability != Mergeability.Conflict && request.HeadSha is { } head
            && (await settings.Forge.ListReviewsAsync(request.Number, cancellationToken)).Any(review => review.State == ReviewState.Approved && review.Sha == head))
        {
            Note(PassAct.Unchanged, request.Title, request.Where, "it is approved, and would lose that; it is made anew only on conflict");
            open.Add((request.Title, request.Where, "approved"));
            return;
        }

        await DeliverAsync(change, request, wishes, cancellationToken);
        touched.Add(request.Number);
    }

    private async Task FollowAsync(Issue issue, CancellationToken cancellationToken)
    {
        if (await settings.Forge.GetIssueAsync(issue.Number, cancellationToken) is not { State: IssueState.Open })
        {
            Note(PassAct.Held, issue.Title, issue.Where, "it was closed just now");
            return;
        }

        if (await actions.FollowAsync(issue, cancellationToken) is { } done)
        {
            Note(done);
            return;
        }

        var file = pass.Files.FirstOrDefault(file => DeliveryKey.OfRefusals(file.Plan.Target) == issue.Fingerprint);
        if (Controls.WantsSnooze(issue.Body))
        {
            var until = tools.Clock.GetUtcNow() + Controls.SnoozeTime;
            await withdrawal.SnoozeAsync(issue.Number, issue.Body, issue.Fingerprint, until, cancellationToken);
            snoozed.UnionWith(DeliveryNote.Find(issue.Body)?.Findings ?? []);
            Note(PassAct.Snoozed, issue.Title, issue.Where, string.Create(CultureInfo.InvariantCulture, $"until {until.UtcDateTime:yyyy-MM-dd}"));
        }
        else if (file?.IssueFor(settings.IssuesFrom) is { } refused)
        {
            await EnsureIssueAsync(refused, cancellationToken);
        }
        else if (DeliveryNote.Find(issue.Body) is { Findings.Count: > 0 } note
            && !pass.Files.SelectMany(each => each.Plan.Found).Select(id => id.Identity).Intersect(note.Findings.Select(id => id.Identity)).Any() && !CouldNotLook())
        {
            await withdrawal.WithdrawAsync(issue, "none of its findings is found any more", cancellationToken);
            Note(PassAct.Withdrawn, issue.Title, issue.Where, "its findings are gone");
        }
        else if (file is not null && DeliveryNote.Find(issue.Body) is { Findings.Count: > 0 })
        {
            await withdrawal.WithdrawAsync(issue, "what it listed can be mended now, and is proposed", cancellationToken);
            Note(PassAct.Withdrawn, issue.Title, issue.Where, "its findings can be mended now");
        }
    }

    private async Task OpenAsync(ScheduledItem item, CancellationToken cancellationToken)
    {
        foreach (var file in pass.Files)
        {
            if (file.Changes.FirstOrDefault(change => change.Key.Value == item.Item.Id) is { } change)
            {
                await DeliverAsync(change, request: null, mustRegenerate: false, cancellationToken);
                return;
            }

            if (DeliveryKey.OfRefusals(file.Plan.Target).Value == item.Item.Id && file.IssueFor(settings.IssuesFrom) is { } refused)
            {
                await EnsureIssueAsync(refused, cancellationToken);
                return;
            }
        }
    }

    private async Task DeliverAsync(ScheduledChange change, PullRequest? request, bool mustRegenerate, CancellationToken cancellationToken)
    {
        var text = TextOf(change);
        var isKnown = request is not null && await ledger.KnowsAsync(DeliveryKind.PullRequest, change.Key.Value, request.Number, cancellationToken);
        var delivered = await delivery.EnsureAsync(change, text, pass.Scan.PolicyDigest, request, isKnown, mustRegenerate, cancellationToken);
        if (delivered is Delivered.There there)
        {
            await ledger.DeliveredAsync(
                DeliveryKind.PullRequest, change.Key.Value, there, change.Radius.Tier, change.Ids,
                [.. change.Edits.Fixes.Select(fix => fix.Finding.Rule.Id)], text.Title, cancellationToken);
        }

        Record(text.Title, delivered, change.Radius.Tier, request);
    }

    private async Task EnsureIssueAsync(RefusedFindings refused, CancellationToken cancellationToken)
    {
        var note = new DeliveryNote { Policy = pass.Scan.PolicyDigest, Findings = [.. refused.Findings.Select(each => each.Id)] };
        var draft = new IssueDraft(
            DeliveryKey.OfRefusals(refused.Target), refused.Title, $"{refused.Body}\n\n{note}", ["selfheal/decide", $"{LabelNames.OwnPrefix}{Tiers.Word(Tier.Blocked)}"]);
        var ensured = await settings.Forge.EnsureIssueAsync(draft, cancellationToken);
        var there = new Delivered.There(ensured.Number, ensured.Where, ensured.IsNew, ensured.HasChanged, Head: null);
        await ledger.DeliveredAsync(
            DeliveryKind.Issue, draft.Fingerprint.Value, there, Tier.Blocked, [.. refused.Findings.Select(each => each.Id)],
            [.. refused.Findings.Select(each => each.Finding.Rule.Id)], refused.Title, cancellationToken);
        Record(refused.Title, there, Tier.Blocked, request: null);
    }

    private async Task MergeAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var standing = pass.Files.SelectMany(file => file.Standing).FirstOrDefault(each => each.Request.Number == request.Number);
        if (standing is null || DeliveryNote.Find(request.Body) is not { Head: { } head } note || head != request.HeadSha)
        {
            return;
        }

        // The tier of the note is what somebody may have edited; the heavier one of both holds.
        var tier = note.Tier > standing.Change.Group.Tier ? note.Tier : standing.Change.Group.Tier;
        var owners = settings.OwnersOf(pass.Scan, standing.Change.Edits.Target.File);
        var reviews = await settings.Forge.ListReviewsAsync(request.Number, cancellationToken);
        var approvals = Approvals.Of(tier, owners, reviews, head);
        await settings.Forge.EnsureStatusAsync(head, approvals.Status, cancellationToken);
        if (!settings.Merges.Contains(tier) || !approvals.AreGiven || request.Mergeability != Mergeability.Clean)
        {
            return;
        }

        var checks = await settings.Forge.ListChecksAsync(head, cancellationToken);
        if (checks.Any(check => check.State != CheckState.Success))
        {
            return;
        }

        // The note may say what somebody has written there, and who can do that may be able to push.
        if (!await delivery.IsAtAsync(standing.Change.Edits, request, head, cancellationToken))
        {
            Note(PassAct.Held, request.Title, request.Where, "its branch does not hold what was verified");
            return;
        }

        switch (await settings.Forge.MergeAsync(request.Number, head, cancellationToken))
        {
            case MergeOutcome.Merged or MergeOutcome.AlreadyMerged:
                Note(PassAct.Merged, request.Title, request.Where, $"tier {Tiers.Word(tier)}, at the verified commit {head[..12]}");
                open.RemoveAll(each => each.Where == request.Where);
                break;
            case MergeOutcome.NotMergeable(var reason):
                Note(PassAct.Held, request.Title, request.Where, reason);
                break;
            default:
                Note(PassAct.Held, request.Title, request.Where, "its branch has moved since it was verified");
                break;
        }
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        var titles = TitlesOf(pass);
        var dashboard = new Dashboard
        {
            Commit = pass.Scan.Commit,
            Base = pass.Scan.Branch.Text,
            Open = open,
            Waiting = [.. pass.Queue.Where(item => !item.IsAdmitted).Select(item => (item, titles.GetValueOrDefault(item.Item.Id) ?? item.Item.Target))],
            Declined = [.. pass.Files.SelectMany(DeclinedOf).Select(each => (each.Id, $"{each.Finding.Rule.Id} in {each.Finding.Object} ({each.Finding.Origin.File}:{each.Finding.Origin.Line})"))],
            Refused = [.. pass.Files.Where(file => file.Refused.Count > 0).Select(file => new RefusedFindings(file.Plan.Target, file.Refused))],
            Problems = [.. ProblemsOf(pass), .. events.Where(each => each.Act == PassAct.Failed).Select(each => $"{each.What}: {each.Why}")],
            Revived = pass.Dashboard.Revived,
        };
        var ensured = await settings.Forge.EnsureIssueAsync(new(pass.Dashboard.Fingerprint, Dashboard.Title, dashboard.Body, ["selfheal/dashboard"]), cancellationToken);
        if (ensured.HasChanged)
        {
            Note(ensured.IsNew ? PassAct.Opened : PassAct.Updated, Dashboard.Title, ensured.Where);
        }
    }

    /// <summary>As the next pass will see it.</summary>
    private IEnumerable<(FindingId Id, Finding Finding)> DeclinedOf(ProvenFile file) => file.Plan.Declined
        .Concat(file.Plan.Changes.SelectMany(change => change.Edits.Fixes.Zip(change.Ids, (fix, id) => (Id: id, fix.Finding))).Where(each => snoozed.Contains(each.Id)))
        .Concat(file.Refused.Where(refused => snoozed.Contains(refused.Id)).Select(refused => (refused.Id, refused.Finding)))
        .DistinctBy(each => each.Id)
        .OrderBy(each => each.Finding, FindingOrder.Instance);

    /// <summary>By the ids of the queue.</summary>
    public static IReadOnlyDictionary<string, string> TitlesOf(Pass pass)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in pass.Files)
        {
            foreach (var change in file.Changes)
            {
                titles[change.Key.Value] = new ChangeText(change, "", null, []).Title;
            }

            if (file.Refused.Count > 0)
            {
                titles[DeliveryKey.OfRefusals(file.Plan.Target).Value] = new RefusedFindings(file.Plan.Target, file.Refused).Title;
            }
        }

        return titles;
    }

    public static IEnumerable<string> ProblemsOf(Pass pass) =>
        pass.Scan.Result.Problems.Select(problem => $"{problem.File}:{problem.Line}: {problem.Message}")
            .Concat(pass.Scan.Refused.Select(path => $"{path.Path}: {path.Reason}"))
            .Concat(pass.Unknown.Distinct(StringComparer.Ordinal));

    private ChangeText TextOf(ScheduledChange change)
    {
        var file = pass.Files.First(file => file.Changes.Contains(change));
        string[] others =
        [
            .. file.Changes.Where(other => other != change).Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Edits.Fixes.Count} of tier {Tiers.Word(other.Radius.Tier)}, apart from this")),
            .. file.Plan.Later.Count == 0 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{file.Plan.Later.Count} that come when this is merged: together they would weigh more") },
            .. file.Refused.CountBy(each => each.Refusal.Code).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} that cannot be mended: `{Report.Words.Of(pair.Key)}`")),
        ];
        var objects = change.Edits.Fixes.Select(fix => fix.Finding.Object.ToString()).Distinct(StringComparer.Ordinal).ToList();
        var target = objects.Count == 1 ? objects[0] : string.Create(CultureInfo.InvariantCulture, $"{objects.Count} objects of {change.Edits.Target.File}");
        return new(change, BlastGraph.Of(target, change.Change), settings.Cluster?.Name, others);
    }

    /// <param name="request">As it was open before; null for none.</param>
    private void Record(string title, Delivered delivered, Tier tier, PullRequest? request)
    {
        switch (delivered)
        {
            case Delivered.There there:
                Note(there.IsNew ? PassAct.Opened : there.HasChanged ? PassAct.Updated : PassAct.Unchanged, title, there.Where, Tiers.Word(tier));
                open.Add((title, there.Where, Tiers.Word(tier)));
                touched.Add(there.Number);
                break;
            case Delivered.HandsOff handsOff:
                Note(PassAct.HandsOff, request?.Title ?? title, request?.Where, handsOff.Why);
                if (request is not null)
                {
                    open.Add((request.Title, request.Where, "somebody else's now"));
                }

                break;
            case Delivered.Later later:
                Note(PassAct.Held, title, where: null, later.Why);
                break;
            case Delivered.Failed failed:
                Note(PassAct.Failed, title, where: null, failed.Why);
                break;
        }
    }

    /// <summary>Of an action. Its issue is on the dashboard as long as it is open.</summary>
    private void Note(PassEvent done)
    {
        events.Add(done);
        if (done is { Where: { } where, Act: PassAct.Opened or PassAct.Updated or PassAct.Unchanged })
        {
            open.Add((done.What, where, done.Why ?? ""));
        }
    }

    private void Note(PassAct act, string what, string? where, string? why = null) => events.Add(new(act, what, where, why));

    private async Task Guard(string what, Func<Task> work)
    {
        try
        {
            await ledger.HoldAsync(CancellationToken.None);
            await work();
            timesAway = 0;
        }
        catch (ForgeException exception) when (exception.RetryAfter is null && (!exception.IsTransient || ++timesAway < MostTimesAway))
        {
            Note(PassAct.Failed, what, where: null, exception.Message);
        }
        catch (Exception exception) when (exception is GitException or UsageException)
        {
            Note(PassAct.Failed, what, where: null, exception.Message);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ForgeException or LeaseLostException or StoreException))
        {
            Note(PassAct.Failed, what, where: null, InternalError.Describe(exception));
        }
    }
}
