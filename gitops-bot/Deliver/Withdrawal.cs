using System.Globalization;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Takes back what the bot has opened: it says why, marks it as its own doing, closes it, and removes its branch if that is still its own.</summary>
internal sealed class Withdrawal(PassWork work)
{
    /// <summary>What is put off and still open was left by a bot that died in between; after this long, a person has opened it again.</summary>
    private static readonly TimeSpan Unfinished = TimeSpan.FromMinutes(15);

    private readonly IForge forge = work.Settings.Forge;

    /// <param name="why">Ours: the findings are gone, or go another way.</param>
    public async Task WithdrawAsync(PullRequest request, string why, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(request.Number, new(DeliveryKey.Version, "withdrawn"), $"Closed by the bot: {why}.", cancellationToken);
        await forge.EnsureLabelsAsync(request.Number, [.. request.Labels, Declines.WithdrawnLabel], cancellationToken);

        // Before it is closed: a bot that is killed in between finds it open, or closed by the forge itself.
        await DeleteBranchAsync(request, cancellationToken);
        await forge.CloseAsync(request.Number, cancellationToken);
        work.Log.Closed(PassAct.Withdrawn, request.Number, request.Title, request.Where, why);
    }

    public async Task WithdrawAsync(Issue issue, string why, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(issue.Number, new(DeliveryKey.Version, "withdrawn"), $"Closed by the bot: {why}.", cancellationToken);
        await forge.EnsureLabelsAsync(issue.Number, [.. issue.Labels, Declines.WithdrawnLabel], cancellationToken);
        await forge.CloseAsync(issue.Number, cancellationToken);
        work.Log.Closed(PassAct.Withdrawn, issue.Number, issue.Title, issue.Where, why);
    }

    /// <summary>Somebody has ticked the box: closed, and declined for a while. Two bots that do it at once do it once.</summary>
    public Task SnoozeAsync(PullRequest request, CancellationToken cancellationToken) =>
        SnoozeAsync(request.Number, request.Title, request.Where, request.Body, request.Fingerprint, cancellationToken);

    public Task SnoozeAsync(Issue issue, CancellationToken cancellationToken) =>
        SnoozeAsync(issue.Number, issue.Title, issue.Where, issue.Body, issue.Fingerprint, cancellationToken);

    private async Task SnoozeAsync(int number, string title, string where, string body, Fingerprint? fingerprint, CancellationToken cancellationToken)
    {
        var now = work.Clock.GetUtcNow();
        var before = DeliveryNote.Find(body)?.Until;
        if (before - Controls.SnoozeTime + Unfinished < now && fingerprint is { } reopened && WithUntil(Controls.Unticked(body), reopened, until: null) is { } open)
        {
            await forge.EditBodyAsync(number, reopened.Append(open), cancellationToken);
            work.Log.Unchanged(title, where, tier: null, "it was put off, and somebody has opened it again");
            return;
        }

        var until = before ?? now + Controls.SnoozeTime;
        if (fingerprint is { } own && WithUntil(body, own, until) is { } text)
        {
            await forge.EditBodyAsync(number, own.Append(text), cancellationToken);
            await forge.CloseAsync(number, cancellationToken);
        }

        work.Log.Snooze(DeliveryNote.Find(body)?.Findings ?? []);
        work.Log.Closed(PassAct.Snoozed, number, title, where, string.Create(CultureInfo.InvariantCulture, $"until {until.UtcDateTime:yyyy-MM-dd}"));
    }

    /// <summary>The text with another note in place of its own; the fingerprint is put behind it again. Null where there is no note.</summary>
    private static string? WithUntil(string body, Fingerprint fingerprint, DateTimeOffset? until) =>
        DeliveryNote.Find(body) is { } note
            ? $"{DeliveryNote.Without(body).Replace(fingerprint.ToString(), "", StringComparison.Ordinal).TrimEnd()}\n\n{note with { Until = until }}"
            : null;

    private async Task DeleteBranchAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (BranchName.TryParse(request.HeadBranch, out var branch)
            && await work.Git.Inspect(branch, BranchName.Parse(request.BaseBranch), work.Settings.Author, DeliveryNote.Find(request.Body)?.Head, cancellationToken) is BranchState.Ours ours)
        {
            await work.Git.Delete(branch, ours.Head, cancellationToken);
        }
    }
}
