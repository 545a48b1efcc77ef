using System.Globalization;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What a pass does with pull requests, but for merging: those that are open are brought up to date, put off or taken back; others are opened.</summary>
internal sealed class RequestRound(PassWork work)
{
    private readonly IForge forge = work.Settings.Forge;
    private readonly PullRequestDelivery delivery = work.Requests;
    private readonly Withdrawal withdrawal = new(work);

    public async Task FollowAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (request.BaseBranch != work.Pass.Scan.Branch.Text)
        {
            // Of the pass over another base; or of this one, and led there by somebody, for which nothing was verified.
            if (IsOfThisPass(request))
            {
                work.Log.HandsOff(request.Number, request.Title, request.Where, $"somebody has led it to {request.BaseBranch}; it was verified for {work.Pass.Scan.Branch.Text}");
            }
        }
        else if (Controls.WantsSnooze(request.Body))
        {
            if (await IsOpenAsync(request, cancellationToken) is not null)
            {
                await withdrawal.SnoozeAsync(request, cancellationToken);
            }
        }
        else if (work.Pass.Files.SelectMany(file => file.Standing).FirstOrDefault(each => each.Request.Number == request.Number) is { } standing)
        {
            await FinishAsync(request, standing, cancellationToken);
            work.Log.Unchanged(request.Title, request.Where, standing.Change.Group.Tier);
        }
        else if (await IsOpenAsync(request, cancellationToken) is not { } now)
        {
            return;
        }
        else if (work.Pass.Files.SelectMany(file => file.Changes).FirstOrDefault(change => change.Key.Fingerprint == request.Fingerprint) is { } change)
        {
            await UpdateAsync(now, change, cancellationToken);
        }
        else if (await work.Git.Inspect(BranchName.Parse(request.HeadBranch), work.Pass.Scan.Branch, work.Settings.Author, DeliveryNote.Find(request.Body)?.Head, cancellationToken) is BranchState.Foreign foreign)
        {
            await HandsOffAsync(new(request.Number, foreign.Why, await delivery.LeaveAloneAsync(request.Number, foreign.Why, cancellationToken)), request, request.Title, cancellationToken);
        }
        else if (DeliveryNote.Find(request.Body) is { } note && work.AreGone(note))
        {
            await withdrawal.WithdrawAsync(now, "its findings are gone", cancellationToken);
        }
        else if (DeliveryNote.Find(request.Body) is { } old && work.GoAnotherWay(old))
        {
            // It must not stay beside the other: it asks fewer people, or others.
            await withdrawal.WithdrawAsync(now, "its changes go another way now: past other people, or into another base", cancellationToken);
        }
        else
        {
            // Something of it is still there; it only cannot be worked out now, as when a registry is away.
            work.Log.Unchanged(request.Title, request.Where, tier: null, "its findings are there, and no change for them could be worked out in this pass");
        }
    }

    /// <param name="request">As it is open now; null for none.</param>
    /// <param name="mustRegenerate">Whether what was pushed before is to be forgotten, as good as it may be.</param>
    public async Task EnsureAsync(ScheduledChange change, PullRequest? request, bool mustRegenerate, CancellationToken cancellationToken)
    {
        var text = TextOf(change);
        var isKnown = request is not null && await work.Ledger.KnowsAsync(DeliveryKind.PullRequest, change.Key.Value, request.Number, cancellationToken);
        switch (await delivery.EnsureAsync(change, text, work.Pass.Scan.PolicyDigest, request, isKnown, mustRegenerate, cancellationToken))
        {
            case Delivered.There there:
                await work.Ledger.DeliveredAsync(
                    DeliveryKind.PullRequest, change.Key.Value, there, change.Radius.Tier, change.Ids,
                    [.. change.Edits.Fixes.Select(fix => fix.Finding.Rule.Id)], text.Title, cancellationToken);
                work.Log.Delivered(text.Title, there, change.Radius.Tier);
                break;
            case Delivered.HandsOff handsOff:
                await HandsOffAsync(handsOff, request, text.Title, cancellationToken);
                break;
            case Delivered.Later later:
                work.Log.Note(PassAct.Held, text.Title, where: null, later.Why);
                break;
            case Delivered.Failed failed:
                work.Log.Note(PassAct.Failed, text.Title, where: null, failed.Why);
                break;
        }
    }

    private async Task HandsOffAsync(Delivered.HandsOff handsOff, PullRequest? request, string title, CancellationToken cancellationToken)
    {
        work.Log.HandsOff(request?.Number, request?.Title ?? title, request?.Where, handsOff.Why);
        if (request is not null && Controls.WantsRegeneration(request.Body))
        {
            await delivery.AnswerAsync(request, cancellationToken);
        }

        if (handsOff.IsNew)
        {
            await work.Ledger.AuditAsync("delivery.left-alone", request?.Where ?? title, request?.Title ?? title, handsOff.Why, cancellationToken);
        }
    }

    private bool IsOfThisPass(PullRequest request) => work.Pass.Files.Any(file =>
        file.Standing.Any(each => each.Request.Number == request.Number) || file.Changes.Any(change => change.Key.Fingerprint == request.Fingerprint));

    /// <summary>The pull request as it is now, with what lists leave out. Null where it was closed or merged since the pass looked: whatever was to be done to it would open another one.</summary>
    private async Task<PullRequest?> IsOpenAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (await forge.GetPullRequestAsync(request.Number, cancellationToken) is { State: PullRequestState.Open } now)
        {
            return now;
        }

        work.Log.Closed(PassAct.Held, request.Number, request.Title, request.Where, "it was closed just now");
        return null;
    }

    /// <summary>What a bot that was killed has opened, and not come to write down.</summary>
    private async Task FinishAsync(PullRequest request, StandingChange standing, CancellationToken cancellationToken)
    {
        var edits = standing.Change.Edits;
        var key = request.Fingerprint!.Value.Value;
        if (!await work.Ledger.KnowsAsync(DeliveryKind.PullRequest, key, request.Number, cancellationToken))
        {
            await delivery.AskAsync(request.Number, work.Settings.OwnersOf(work.Pass.Scan, edits.Target.File), cancellationToken);
        }

        await work.Ledger.DeliveredAsync(
            DeliveryKind.PullRequest, key, new(request.Number, request.Where, IsNew: false, HasChanged: false, request.HeadSha), DeliveryNote.Find(request.Body)!.Tier,
            standing.Change.Ids, [.. edits.Fixes.Select(fix => fix.Finding.Rule.Id)], request.Title, cancellationToken);
    }

    private async Task UpdateAsync(PullRequest request, ScheduledChange change, CancellationToken cancellationToken)
    {
        var wishes = Controls.WantsRegeneration(request.Body) || (DeliveryNote.Find(request.Body)?.Base is { } @base && work.Pass.Rewritten.Contains(@base));
        if (!wishes && request.HeadSha is { } head
            && (await forge.ListReviewsAsync(request.Number, cancellationToken)).Any(review => review.State == ReviewState.Approved && review.Sha == head)

            // Of conflicts git is asked: a forge may say so while it is still looking.
            && await delivery.CanMergeAsync(request, head, cancellationToken))
        {
            work.Log.Unchanged(request.Title, request.Where, change.Radius.Tier, "it is approved, and would lose that; it is made anew only on conflict");
            return;
        }

        await EnsureAsync(change, request, wishes, cancellationToken);
    }

    private ChangeText TextOf(ScheduledChange change)
    {
        var file = work.Pass.Files.First(file => file.Changes.Contains(change));
        string[] others =
        [
            .. file.Changes.Where(other => other != change).Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Edits.Fixes.Count} of tier {Tiers.Word(other.Radius.Tier)}, apart from this")),
            .. file.Later.Count == 0 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{file.Later.Count} that come when this is merged: together they would weigh more") },
            .. file.Refused.CountBy(each => each.Refusal.Code).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} that cannot be mended: `{Report.Words.Of(pair.Key)}`")),
        ];
        var objects = change.Edits.Fixes.Select(fix => fix.Finding.Object.ToString()).Distinct(StringComparer.Ordinal).ToList();
        var target = objects.Count == 1 ? objects[0] : string.Create(CultureInfo.InvariantCulture, $"{objects.Count} objects of {change.Edits.Target.File}");
        return new(change, BlastGraph.Of(target, change.Change), work.Settings.Cluster?.Name, others);
    }
}
