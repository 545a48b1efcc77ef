using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Takes back what the bot has opened: it says why, marks it as its own doing, closes it, and removes its branch if that is still its own.</summary>
internal sealed class Withdrawal(Clone clone, IForge forge, GitIdentity bot)
{
    /// <summary>The findings are gone, or go another way.</summary>
    /// <param name="why">Ours.</param>
    public async Task WithdrawAsync(PullRequest request, string why, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(request.Number, new(DeliveryKey.Version, "withdrawn"), $"Closed by the bot: {why}.", cancellationToken);
        await forge.EnsureLabelsAsync(request.Number, [.. request.Labels, Declines.WithdrawnLabel], cancellationToken);

        // Before it is closed: a bot that is killed in between finds it open, or closed by the forge itself.
        await DeleteBranchAsync(request, cancellationToken);
        await forge.CloseAsync(request.Number, cancellationToken);
    }

    public async Task WithdrawAsync(Issue issue, string why, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(issue.Number, new(DeliveryKey.Version, "withdrawn"), $"Closed by the bot: {why}.", cancellationToken);
        await forge.EnsureLabelsAsync(issue.Number, [.. issue.Labels, Declines.WithdrawnLabel], cancellationToken);
        await forge.CloseAsync(issue.Number, cancellationToken);
    }

    /// <summary>Somebody has ticked the box: closed, and declined until then. Two bots that do it at once do it once.</summary>
    public async Task SnoozeAsync(int number, string body, Fingerprint? fingerprint, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (fingerprint is { } own && Snoozed(body, own, until) is { } text)
        {
            await forge.EditBodyAsync(number, own.Append(text), cancellationToken);
            await forge.CloseAsync(number, cancellationToken);
        }
    }

    /// <summary>The text with another note in place of its own; the fingerprint is put behind it again. Null where there is no note.</summary>
    private static string? Snoozed(string body, Fingerprint fingerprint, DateTimeOffset until) =>
        DeliveryNote.Find(body) is { } note
            ? $"{DeliveryNote.Without(body).Replace(fingerprint.ToString(), "", StringComparison.Ordinal).TrimEnd()}\n\n{note with { Until = until }}"
            : null;

    private async Task DeleteBranchAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (BranchName.TryParse(request.HeadBranch, out var branch)
            && await clone.Inspect(branch, BranchName.Parse(request.BaseBranch), bot, cancellationToken) is BranchState.Ours ours)
        {
            await clone.Delete(branch, ours.Head, cancellationToken);
        }
    }
}
