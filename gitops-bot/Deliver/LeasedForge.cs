using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>A forge to which nothing is written but under the lease of the pass: a bot that was slow has lost it to another, and that one is at it now.</summary>
internal sealed class LeasedForge(IForge forge, Ledger ledger) : IForge
{
    public string Name => forge.Name;

    public bool KnowsPeople => forge.KnowsPeople;

    public Task<IReadOnlyList<Unsettled>> SettleAsync(CancellationToken cancellationToken) => HoldingAsync(() => forge.SettleAsync(cancellationToken), cancellationToken);

    public Task<Ensured> EnsurePullRequestAsync(PullRequestDraft draft, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsurePullRequestAsync(draft, cancellationToken), cancellationToken);

    public Task<Ensured> EnsureIssueAsync(IssueDraft draft, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsureIssueAsync(draft, cancellationToken), cancellationToken);

    public Task<PullRequest?> GetPullRequestAsync(int number, CancellationToken cancellationToken) => forge.GetPullRequestAsync(number, cancellationToken);

    public Task<Issue?> GetIssueAsync(int number, CancellationToken cancellationToken) => forge.GetIssueAsync(number, cancellationToken);

    public Task<IReadOnlyList<PullRequest>> ListPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken) => forge.ListPullRequestsAsync(state, cancellationToken);

    public Task<IReadOnlyList<Issue>> ListIssuesAsync(IssueState state, CancellationToken cancellationToken) => forge.ListIssuesAsync(state, cancellationToken);

    public Task<bool> EnsureCommentAsync(int number, Fingerprint fingerprint, string body, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsureCommentAsync(number, fingerprint, body, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken) => forge.ListCommentsAsync(number, cancellationToken);

    public Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsureLabelsAsync(number, labels, cancellationToken), cancellationToken);

    public Task<bool> EnsureReviewersAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsureReviewersAsync(number, reviewers, cancellationToken), cancellationToken);

    public Task<bool> EnsureStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EnsureStatusAsync(sha, status, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken) => forge.ListChecksAsync(sha, cancellationToken);

    public Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken) => forge.ListReviewsAsync(number, cancellationToken);

    public Task<MergeOutcome> MergeAsync(int number, string expectedHead, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.MergeAsync(number, expectedHead, cancellationToken), cancellationToken);

    public Task<bool> EditBodyAsync(int number, string body, CancellationToken cancellationToken) =>
        HoldingAsync(() => forge.EditBodyAsync(number, body, cancellationToken), cancellationToken);

    public Task<bool> CloseAsync(int number, CancellationToken cancellationToken) => HoldingAsync(() => forge.CloseAsync(number, cancellationToken), cancellationToken);

    private async Task<T> HoldingAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        await ledger.HoldAsync(cancellationToken);
        return await write();
    }
}
