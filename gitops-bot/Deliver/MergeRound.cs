using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Says of each pull request that stands who has approved it, and merges those that their owner lets the bot merge.</summary>
internal sealed class MergeRound(PassWork work)
{
    private readonly IForge forge = work.Settings.Forge;

    public async Task MergeAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (DeliveryNote.Find(request.Body) is not { Head: { } head } note || head != request.HeadSha || Proposed(request) is not var (edits, change, heaviest, rendered))
        {
            return;
        }

        // The tier of the note is what somebody may have edited; the heavier one of both holds.
        var tier = note.Tier > heaviest ? note.Tier : heaviest;
        var owners = work.Settings.OwnersOf(work.Pass.Scan, edits.Target.File);
        var approvals = Approvals.Of(tier, owners, await forge.ListReviewsAsync(request.Number, cancellationToken), head);
        if (rendered is not null && rendered != note.Rendered)
        {
            approvals = approvals with { Missing = "its objects have changed on the base since they were approved: make it anew, or let a person merge it" };
        }

        await forge.EnsureStatusAsync(head, approvals.Status, cancellationToken);
        var now = work.Clock.GetUtcNow();
        if (!work.Settings.Merges.Contains(tier) || !approvals.AreGiven
            || work.Settings.Budget.Freezes.Any(freeze => freeze.EndOf(now) is not null)
            || (await forge.ListChecksAsync(head, cancellationToken)).Any(check => check.State != CheckState.Success)

            // Lists of some forges do not say whether it can be merged.
            || await forge.GetPullRequestAsync(request.Number, cancellationToken) is not { State: PullRequestState.Open, Mergeability: Mergeability.Clean } latest
            || latest.HeadSha != head || latest.BaseBranch != edits.Target.Base)
        {
            return;
        }

        // The note may say what somebody has written there, and who can do that may be able to push.
        if (!await work.Requests.MergesToAsync(edits, request, head, cancellationToken))
        {
            work.Log.Note(PassAct.Held, request.Title, request.Where, "to merge its branch does not make what was verified");
            return;
        }

        if (!(now - await work.Git.TimeOf(head, cancellationToken) >= work.Settings.MergeAfter))
        {
            return;
        }

        // What was proved when it was opened may be long ago: cluster and policy are asked again.
        var again = await work.VerifyAsync(edits, cancellationToken);
        if (again is not Verification.Accepted(var verified) || verified.RenderedHash != note.Rendered || BlastRadius.Of(change with { GatesNotRun = verified.NotRun }).Tier > tier)
        {
            work.Log.Note(PassAct.Held, request.Title, request.Where, again is Verification.Refused refused ? $"it is refused now: {refused.Refusal.Message}" : "it was proved with less when it was opened");
            return;
        }

        switch (await forge.MergeAsync(request.Number, head, cancellationToken))
        {
            case MergeOutcome.Merged or MergeOutcome.AlreadyMerged:
                work.Log.Closed(PassAct.Merged, request.Number, request.Title, request.Where, $"tier {Tiers.Word(tier)}, at the verified commit {head[..12]}");
                break;
            case MergeOutcome.NotMergeable(var reason):
                work.Log.Note(PassAct.Held, request.Title, request.Where, reason);
                break;
            default:
                work.Log.Note(PassAct.Held, request.Title, request.Where, "its branch has moved since it was verified");
                break;
        }
    }

    /// <summary>What it would do to the base as it is now: what it was opened for, or, where its file has moved under it, what was worked out in its place; the hash of that, and null for the other.</summary>
    private (Proposal.Edits Edits, Change Change, Tier Tier, string? Rendered)? Proposed(PullRequest request)
    {
        foreach (var file in work.Pass.Files)
        {
            if (file.Standing.FirstOrDefault(each => each.Request.Number == request.Number) is { } standing)
            {
                return (standing.Change.Edits, standing.Change.Group.Change, standing.Change.Group.Tier, null);
            }

            if (file.Changes.FirstOrDefault(each => each.Key.Fingerprint == request.Fingerprint) is { } moved)
            {
                return (moved.Edits, moved.Change, moved.Radius.Tier, moved.Verified.RenderedHash);
            }
        }

        return null;
    }
}
