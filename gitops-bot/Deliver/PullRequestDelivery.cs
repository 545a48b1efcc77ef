using System.Globalization;
using System.Security.Cryptography;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Brings a change home: branch, commit, pull request. Each step looks before it does, so that a process that was killed
/// between any two can be started again; and each is one call that the server does wholly or not at all.
/// </summary>
internal sealed class PullRequestDelivery(Clone clone, IForge forge, GitIdentity bot, TimeProvider clock, bool signsOff = true)
{
    public const string StatusContext = "selfheal/verified";

    /// <summary>A label that people may look for; the bot takes it away when it may go on.</summary>
    public const string HandsOffLabel = $"{LabelNames.OwnPrefix}hands-off";

    /// <summary>Nobody is helped by more, and GitHub takes no more.</summary>
    private const int MostReviewers = 15;

    /// <param name="open">The pull request of that key that is open; null for none.</param>
    /// <param name="policy">Of what judged the change.</param>
    /// <param name="isKnown">Whether an earlier pass has seen that one through to its end.</param>
    /// <param name="mustRegenerate">Whether what was pushed before is to be forgotten, as good as it may be.</param>
    public async Task<Delivered> EnsureAsync(
        ScheduledChange change, ChangeText text, string policy, PullRequest? open, bool isKnown, bool mustRegenerate, CancellationToken cancellationToken)
    {
        var (branch, @base) = (change.Key.Branch, BranchName.Parse(change.Key.Target.Base));
        var pushed = await clone.Inspect(branch, @base, bot, open is null ? null : DeliveryNote.Find(open.Body)?.Head, cancellationToken) switch
        {
            BranchState.Absent => await PushAsync(change, text, branch, expected: null, cancellationToken),
            BranchState.Foreign foreign => (null, new Delivered.HandsOff(open?.Number, foreign.Why)),
            BranchState.Ours ours when !mustRegenerate && await HoldsAsync(change.Edits, ours, cancellationToken) => (ours.Head, null),
            BranchState.Ours ours => await PushAsync(change, text, branch, ours.Head, cancellationToken),
            BranchState.Failed failed => (null, FailedBy(failed.Failure)),
            _ => throw new InvalidOperationException("a branch is absent, ours or foreign"),
        };
        if (pushed.Head is not { } head)
        {
            if (pushed.Otherwise is Delivered.HandsOff { Number: { } number } handsOff)
            {
                return handsOff with { IsNew = await LeaveAloneAsync(number, handsOff.Why, cancellationToken) };
            }

            return pushed.Otherwise!;
        }

        var note = new DeliveryNote
        {
            Head = head,
            Base = change.Edits.Commit,
            File = FindingId.OfFile(change.Key.Target.File),
            Before = HashOf(change.Edits.Before.Span),
            Policy = policy,
            Rendered = change.Verified.RenderedHash,
            Tier = change.Radius.Tier,
            Findings = change.Ids,
            LeftOut = change.Without,
            Moves = change.Moves,
        };
        string[] owners = change.Key.Owners.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ran = change.Verified.Results.Count - change.Verified.NotRun.Count;

        // Before the pull request: one that stands has been told about wholly, wherever whoever opened it was killed.
        await forge.EnsureStatusAsync(
            head,
            new(StatusContext, CheckState.Success, string.Create(
                CultureInfo.InvariantCulture, $"{ran} of {change.Verified.Results.Count} gates, none failed; tier {Tiers.Word(change.Radius.Tier)}; objects {note.Rendered![..12]}")),
            cancellationToken);
        await forge.EnsureStatusAsync(head, Approvals.Of(change.Radius.Tier, owners, [], head).Status, cancellationToken);
        var draft = new PullRequestDraft(
            change.Key.Fingerprint, branch.Text, @base.Text, text.Title, text.Body(note), LabelsOf(change));
        var ensured = await forge.EnsurePullRequestAsync(draft, cancellationToken);
        if (ensured.IsNew || !isKnown)
        {
            await AskAsync(ensured.Number, owners, cancellationToken);
        }

        return new Delivered.There(ensured.Number, ensured.Where, ensured.IsNew, ensured.HasChanged || open?.HeadSha != head, head);
    }

    /// <summary>Asks those for a review who answer for the file and can be asked by name.</summary>
    public async Task AskAsync(int number, IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        string[] reviewers = [.. owners.Where(owner => owner.StartsWith('@')).Take(MostReviewers).Select(owner => owner[1..])];
        if (reviewers.Length > 0)
        {
            await forge.EnsureReviewersAsync(number, reviewers, cancellationToken);
        }
    }

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static IReadOnlyList<string> LabelsOf(ScheduledChange change) =>
    [
        LabelNames.Fix,
        $"{LabelNames.OwnPrefix}{Tiers.Word(change.Radius.Tier)}",
        .. change.Verified.NotRun.Count > 0 ? [$"{LabelNames.OwnPrefix}not-proved"] : Array.Empty<string>(),
    ];

    /// <summary>Whether the branch is at that commit, is the bot's, and to merge it changes one file, to just what was verified: whatever has been done to the base meanwhile.</summary>
    public async Task<bool> MergesToAsync(Proposal.Edits edits, PullRequest request, string head, CancellationToken cancellationToken)
    {
        if (await OursAsync(request, head, cancellationToken) is not { Commits.Count: > 0 } ours || await clone.Changes(ours.Fork, ours.Head, cancellationToken) is not [var only] || only.Path != edits.Target.File)
        {
            return false;
        }

        var merged = await clone.Rebase(ours, bot, clock.GetUtcNow(), cancellationToken) switch
        {
            RebaseOutcome.Current => ours.Head,
            RebaseOutcome.Rebased(var commit, _) => commit,
            _ => null,
        };
        return merged is not null && (await clone.Read(merged, [only.Path], cancellationToken)).TryGetValue(only.Path, out var after) && after.Span.SequenceEqual(edits.After.Span);
    }

    /// <summary>Whether git sees no conflict. A branch that is not the bot's is none to keep.</summary>
    public async Task<bool> CanMergeAsync(PullRequest request, string head, CancellationToken cancellationToken) =>
        await OursAsync(request, head, cancellationToken) is { } ours && await clone.Rebase(ours, bot, clock.GetUtcNow(), cancellationToken) is not RebaseOutcome.Conflict;

    /// <summary>Says why a tick to make it anew changes nothing, and takes the tick away.</summary>
    public async Task AnswerAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var way = DeliveryNote.Find(request.Body)?.Head is { Length: 40 or 64 } last && last.All(char.IsAsciiHexDigitLower)
            ? $" Whoever wants that all the same puts the branch back to the bot's own commit, and ticks again:\n\n```sh\ngit fetch origin {request.HeadBranch} && git push --force origin {last}:refs/heads/{request.HeadBranch}\n```"
            : "";
        await forge.EnsureCommentAsync(
            request.Number, new(DeliveryKey.Version, "hands-off-regenerate"), $"It was not made anew: somebody has committed to its branch, and the bot throws nobody's work away.{way}", cancellationToken);
        await forge.EditBodyAsync(request.Number, Controls.Unticked(request.Body), cancellationToken);
    }

    private async Task<BranchState.Ours?> OursAsync(PullRequest request, string head, CancellationToken cancellationToken) =>
        BranchName.TryParse(request.HeadBranch, out var branch)
        && await clone.Inspect(branch, BranchName.Parse(request.BaseBranch), bot, last: null, cancellationToken) is BranchState.Ours ours && ours.Head == head ? ours : null;

    /// <summary>Whether the branch proposes just this already: the file as it is to be, made from the file as it is.</summary>
    private async Task<bool> HoldsAsync(Proposal.Edits edits, BranchState.Ours ours, CancellationToken cancellationToken)
    {
        if (ours.Commits.Count == 0)
        {
            return false;
        }

        var file = edits.Target.File;
        var head = await clone.Read(ours.Head, [file], cancellationToken);
        var fork = await clone.Read(ours.Fork, [file], cancellationToken);
        var changed = await clone.Changes(ours.Fork, ours.Head, cancellationToken);
        return changed is [var only] && only.Path == file
            && head.TryGetValue(file, out var after) && after.Span.SequenceEqual(edits.After.Span)
            && fork.TryGetValue(file, out var before) && before.Span.SequenceEqual(edits.Before.Span);
    }

    private async Task<(string? Head, Delivered? Otherwise)> PushAsync(
        ScheduledChange change, ChangeText text, BranchName branch, string? expected, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, byte[]?> { [change.Edits.Target.File] = change.Edits.After.ToArray() };
        var request = new CommitRequest(change.Edits.Commit, files, text.CommitMessage, bot, clock.GetUtcNow())
        {
            IsSignedOff = signsOff,
            Trailers = [$"Selfheal-Fingerprint: v{DeliveryKey.Version} {change.Key.Value}"],
        };
        switch (await clone.Commit(request, cancellationToken))
        {
            case CommitOutcome.Committed(var commit):
                return await clone.Push(branch, commit, expected, cancellationToken) switch
                {
                    PushOutcome.Pushed or PushOutcome.AlreadyThere => (commit, null),
                    // With no commit expected, whoever makes the branch has the claim; with one, somebody has moved it meanwhile.
                    PushOutcome.Moved => (null, new Delivered.Later($"the branch {branch} was moved by somebody else just now")),
                    PushOutcome.Failed(var failure) => (null, FailedBy(failure)),
                    _ => throw new InvalidOperationException("a push is done or not"),
                };
            case CommitOutcome.Refused refused:
                return (null, new Delivered.Failed($"{refused.Path}: {refused.Reason}"));
            default:
                return (null, new Delivered.Later("the file is already what it is to be"));
        }
    }

    /// <summary>Says once that the branch is somebody else's now.</summary>
    /// <returns>Whether it had to be said.</returns>
    public async Task<bool> LeaveAloneAsync(int number, string why, CancellationToken cancellationToken)
    {
        var isNew = await forge.EnsureCommentAsync(
            number,
            new(DeliveryKey.Version, "hands-off"),
            $"This branch is yours now: {Markdown.Code(why)}. The bot pushes nothing more to it, and changes nothing here; what it would still mend in the file waits until this is merged or closed.",
            cancellationToken);
        var labels = (await forge.GetPullRequestAsync(number, cancellationToken))?.Labels ?? [];
        if (!labels.Contains(HandsOffLabel, StringComparer.OrdinalIgnoreCase))
        {
            await forge.EnsureLabelsAsync(number, [.. labels, HandsOffLabel], cancellationToken);
        }

        return isNew;
    }

    private static Delivered FailedBy(GitFailure failure) =>
        failure.IsTransient ? new Delivered.Later(failure.Message) : new Delivered.Failed(failure.Message);
}
