using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What the forge has of the bot's at the beginning of a pass.</summary>
internal sealed record ForgeView(
    IReadOnlyList<PullRequest> OpenRequests, IReadOnlyList<PullRequest> ClosedRequests, IReadOnlyList<PullRequest> MergedRequests,
    IReadOnlyList<Issue> OpenIssues, IReadOnlyList<Issue> ClosedIssues)
{
    public int LastNumber => OpenRequests.Concat(ClosedRequests).Concat(MergedRequests).Select(each => each.Number)
        .Concat(OpenIssues.Concat(ClosedIssues).Select(each => each.Number)).DefaultIfEmpty(0).Max();

    /// <exception cref="ForgeException">It cannot be asked.</exception>
    public static async Task<ForgeView> ReadAsync(IForge forge, CancellationToken cancellationToken) => new(
        await forge.ListPullRequestsAsync(PullRequestState.Open, cancellationToken),
        await forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, cancellationToken),
        await forge.ListPullRequestsAsync(PullRequestState.Merged, cancellationToken),
        await forge.ListIssuesAsync(IssueState.Open, cancellationToken),
        await forge.ListIssuesAsync(IssueState.Closed, cancellationToken));

    public PullRequest? OpenRequest(Fingerprint fingerprint) => OpenRequests.FirstOrDefault(each => each.Fingerprint == fingerprint);

    public Issue? OpenIssue(Fingerprint fingerprint) => OpenIssues.FirstOrDefault(each => each.Fingerprint == fingerprint);

    /// <summary>
    /// The open pull request that proposes these very fixes of this very text, in whichever tier: what was proved of it holds,
    /// and a server that cannot be asked today is no reason to open another one.
    /// </summary>
    public PullRequest? Standing(WriteTarget target, string owners, string before, string policy, IReadOnlyList<FindingId> ids)
    {
        foreach (var tier in new[] { Tier.Auto, Tier.Human, Tier.Dual })
        {
            // Labels come last: without them, whoever opened it has not come to the end.
            if (OpenRequest(new DeliveryKey(target, owners, tier).Fingerprint) is { } open
                && open.Labels.Contains(LabelNames.Fix, StringComparer.OrdinalIgnoreCase)
                && !open.Labels.Contains(Declines.WithdrawnLabel, StringComparer.OrdinalIgnoreCase)
                && DeliveryNote.Find(open.Body) is { Head: { } head } note
                && note.Before == before && note.Policy == policy && open.HeadSha == head && note.Findings.Concat(note.LeftOut).ToHashSet().SetEquals(ids))
            {
                return open;
            }
        }

        return null;
    }
}
