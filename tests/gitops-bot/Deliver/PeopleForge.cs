using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Tests.Deliver;

/// <summary>A forge in memory, of issues and comments, where people sign in. It may break off before or after any call that changes something.</summary>
internal sealed class PeopleForge : IForge
{
    private readonly List<Issue> issues = [];
    private readonly Dictionary<int, List<Comment>> comments = [];

    public string Name => "forge";

    public bool KnowsPeople { get; init; } = true;

    /// <summary>The number of the change that breaks off; the sign says whether before it is made (negative) or after. 0 for none.</summary>
    public int BreaksAt { get; set; }

    public int Changes { get; private set; }

    public Issue Issue(int number) => issues.Single(issue => issue.Number == number);

    public IReadOnlyList<Issue> Open => [.. issues.Where(issue => issue.State == IssueState.Open)];

    public IReadOnlyList<Issue> Closed => [.. issues.Where(issue => issue.State == IssueState.Closed)];

    public IReadOnlyList<Comment> Comments(int number) => comments.GetValueOrDefault(number) ?? [];

    public void Say(int number, string? author, string body, bool isEdited = false, bool isOwn = false) =>
        Thread(number).Add(new($"{Comments(number).Count + 1}", author, body, isOwn) { IsEdited = isEdited });

    public void Edit(int number, Func<string, string> edit)
    {
        var at = issues.FindIndex(issue => issue.Number == number);
        issues[at] = issues[at] with { Body = edit(issues[at].Body) };
        issues[at] = new(issues[at].Number, issues[at].State, issues[at].Title, issues[at].Body, issues[at].Labels, true, issues[at].Where);
    }

    public Task<IReadOnlyList<Unsettled>> SettleAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Unsettled>>([]);

    public Task<Ensured> EnsureIssueAsync(IssueDraft draft, CancellationToken cancellationToken) => Change(() =>
    {
        var at = issues.FindIndex(issue => issue.State == IssueState.Open && issue.Fingerprint == draft.Fingerprint);
        var number = at < 0 ? issues.Count + 1 : issues[at].Number;
        var made = new Issue(number, IssueState.Open, draft.Title, draft.FullBody, at < 0 ? draft.Labels : LabelNames.Merge(issues[at].Labels, draft.Labels), true, $"issues/{number}");
        if (at < 0)
        {
            issues.Add(made);
        }
        else
        {
            issues[at] = made;
        }

        return new Ensured(number, at < 0, true, made.Where);
    });

    public Task<Issue?> GetIssueAsync(int number, CancellationToken cancellationToken) => Task.FromResult(issues.FirstOrDefault(issue => issue.Number == number));

    public Task<IReadOnlyList<Issue>> ListIssuesAsync(IssueState state, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Issue>>([.. issues.Where(issue => issue.State == state)]);

    public Task<bool> EnsureCommentAsync(int number, Fingerprint fingerprint, string body, CancellationToken cancellationToken) => Change(() =>
    {
        if (Comments(number).Any(comment => comment.IsOwn && comment.Fingerprint == fingerprint))
        {
            return false;
        }

        Say(number, "selfheal-bot", fingerprint.Append(body), isOwn: true);
        return true;
    });

    public Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Comment>>([.. Comments(number)]);

    public Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) => Change(() =>
    {
        var at = issues.FindIndex(issue => issue.Number == number);
        issues[at] = issues[at] with { Labels = LabelNames.Merge(issues[at].Labels, labels) };
        return true;
    });

    public Task<bool> EditBodyAsync(int number, string body, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CloseAsync(int number, CancellationToken cancellationToken) => Change(() =>
    {
        var at = issues.FindIndex(issue => issue.Number == number);
        issues[at] = issues[at] with { State = IssueState.Closed };
        return true;
    });

    public Task<Ensured> EnsurePullRequestAsync(PullRequestDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PullRequest?> GetPullRequestAsync(int number, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<PullRequest>> ListPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PullRequest>>([]);

    public Task<bool> EnsureReviewersAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> EnsureStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MergeOutcome> MergeAsync(int number, string expectedHead, CancellationToken cancellationToken) => throw new NotSupportedException();

    private List<Comment> Thread(int number) => comments.TryGetValue(number, out var thread) ? thread : comments[number] = [];

    private Task<T> Change<T>(Func<T> change)
    {
        Changes++;
        if (Changes == -BreaksAt)
        {
            throw new BrokenOffException();
        }

        var made = change();
        return Changes == BreaksAt ? throw new BrokenOffException() : Task.FromResult(made);
    }
}

/// <summary>Stands for a process that was killed.</summary>
internal sealed class BrokenOffException : Exception;
