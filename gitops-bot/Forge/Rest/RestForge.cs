using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>What GitHub and Gitea have in common: most paths, and most names of fields.</summary>
internal abstract class RestForge(ForgeConnection connection, string owner, string repository, string pageSize) : IForge, IDisposable
{
    /// <summary>For how long a list of what is closed serves two questions that are asked one after the other.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private string? self;
    private (IReadOnlyList<PullRequest> Requests, long At, int Writes)? closed;

    public abstract string Name { get; }

    public bool KnowsPeople => true;

    protected ForgeConnection Connection => connection;

    protected string Owner => owner;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    public Task<IReadOnlyList<Unsettled>> SettleAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Unsettled>>([]);

    public async Task<Ensured> EnsurePullRequestAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        if (await FindAsync(draft, cancellationToken) is { } found)
        {
            return await ChangeAsync(Repo($"pulls/{Text(found.Number)}"), found.Number, found.Title, found.Body, found.Labels, found.Where, draft.Title, draft.FullBody, draft.Labels, cancellationToken);
        }

        var body = new JsonObject { ["title"] = draft.Title, ["body"] = draft.FullBody, ["head"] = draft.HeadBranch, ["base"] = draft.BaseBranch };
        var reply = await connection.SendAsync(HttpMethod.Post, Repo("pulls"), body, cancellationToken);
        if (reply.Status is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity && await FindAsync(draft, cancellationToken) is { } other)
        {
            // Somebody was faster: another replica, or the pass that died after it asked.
            return await ChangeAsync(Repo($"pulls/{Text(other.Number)}"), other.Number, other.Title, other.Body, other.Labels, other.Where, draft.Title, draft.FullBody, draft.Labels, cancellationToken);
        }

        var made = reply is { IsSuccess: true, Answer: { } answer } ? answer : throw connection.Refused(HttpMethod.Post, Repo("pulls"), reply);
        var number = made["number"].Number;
        await EnsureLabelsAsync(number, [], draft.Labels, cancellationToken);
        return new(number, true, true, made["html_url"].Text);
    }

    public async Task<Ensured> EnsureIssueAsync(IssueDraft draft, CancellationToken cancellationToken)
    {
        foreach (var issue in await ListIssuesAsync(IssueState.Open, cancellationToken))
        {
            if (issue.Fingerprint == draft.Fingerprint)
            {
                return await ChangeAsync(Repo($"issues/{Text(issue.Number)}"), issue.Number, issue.Title, issue.Body, issue.Labels, issue.Where, draft.Title, draft.FullBody, draft.Labels, cancellationToken);
            }
        }

        var made = await AskAsync(HttpMethod.Post, Repo("issues"), new JsonObject { ["title"] = draft.Title, ["body"] = draft.FullBody }, cancellationToken);
        var number = made["number"].Number;
        await EnsureLabelsAsync(number, [], draft.Labels, cancellationToken);
        return new(number, true, true, made["html_url"].Text);
    }

    public async Task<PullRequest?> GetPullRequestAsync(int number, CancellationToken cancellationToken) =>
        await FindAsync($"pulls/{Text(number)}", cancellationToken) is { } found
            ? await CompleteAsync(PullRequestOf(found, await SelfAsync(cancellationToken)), cancellationToken)
            : null;

    public async Task<Issue?> GetIssueAsync(int number, CancellationToken cancellationToken) =>
        await FindAsync($"issues/{Text(number)}", cancellationToken) is { } found && found.Find("pull_request") is null
            ? IssueOf(found, await SelfAsync(cancellationToken))
            : null;

    public async Task<IReadOnlyList<PullRequest>> ListPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken) =>
    [
        .. (state == PullRequestState.Open ? await AllPullRequestsAsync("open", cancellationToken) : await ClosedPullRequestsAsync(state, cancellationToken))
            .Where(request => request.State == state && request is { IsOwn: true, Fingerprint: not null })
            .OrderBy(request => request.Number),
    ];

    public async Task<IReadOnlyList<Issue>> ListIssuesAsync(IssueState state, CancellationToken cancellationToken)
    {
        var login = await SelfAsync(cancellationToken);
        var all = state == IssueState.Open
            ? await connection.ListAsync(Repo($"issues?state=open{OnlyBy(login)}&{pageSize}"), cancellationToken)
            : await ClosedAsync($"issues?state=closed{OnlyBy(login)}", OwnIssues(login), cancellationToken);
        return
        [
            .. all.Where(each => each.Find("pull_request") is null)
                .Select(each => IssueOf(each, login))
                .Where(issue => issue.State == state && issue is { IsOwn: true, Fingerprint: not null })
                .OrderBy(issue => issue.Number),
        ];
    }

    public async Task<bool> EnsureCommentAsync(int number, Fingerprint fingerprint, string body, CancellationToken cancellationToken)
    {
        var text = fingerprint.Append(body);
        var found = (await ListCommentsAsync(number, cancellationToken)).FirstOrDefault(comment => comment.IsOwn && comment.Fingerprint == fingerprint);
        if (found is not null && Fingerprint.IsSameText(found.Body, text))
        {
            return false;
        }

        var (method, path) = found is null ? (HttpMethod.Post, Repo($"issues/{Text(number)}/comments")) : (HttpMethod.Patch, Repo($"issues/comments/{found.Id}"));
        await connection.RequireAsync(method, path, new JsonObject { ["body"] = text }, cancellationToken);
        return true;
    }

    public async Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken)
    {
        var login = await SelfAsync(cancellationToken);
        var all = await connection.ListAsync(Repo($"issues/{Text(number)}/comments?{pageSize}"), cancellationToken);
        return [.. all.Select(each => (Author: Login(each), Comment: each)).Select(each => new Comment(each.Comment["id"].Id, each.Author, BodyOf(each.Comment), IsSelf(each.Author, login))
        {
            IsEdited = each.Comment["created_at"].Text != each.Comment["updated_at"].Text,
        })];
    }

    public async Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        var issue = await AskAsync(HttpMethod.Get, Repo($"issues/{Text(number)}"), null, cancellationToken);
        return await EnsureLabelsAsync(number, Labels(issue), labels, cancellationToken);
    }

    public async Task<bool> EnsureReviewersAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        var request = await GetPullRequestAsync(number, cancellationToken)
            ?? throw new ForgeException(Name, "asking for a review", $"there is no pull request {Text(number)}", "open it first", isTransient: false);
        var reviewed = await ListReviewsAsync(number, cancellationToken);
        string[] more = [.. reviewers.Except(request.Reviewers, StringComparer.OrdinalIgnoreCase).Except(reviewed.Select(review => review.Reviewer ?? ""), StringComparer.OrdinalIgnoreCase)];
        if (more.Length == 0)
        {
            return false;
        }

        if (await AskForReviewAsync(number, more, cancellationToken) is not { } refusal)
        {
            return true;
        }

        if (refusal.Status is not (HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity))
        {
            throw connection.Refused(HttpMethod.Post, Repo($"pulls/{Text(number)}/requested_reviewers"), refusal);
        }

        // One who is unknown, may not see the repository or opened the pull request, and nobody at all is asked.
        var hasChanged = false;
        foreach (var one in more.Length == 1 ? [] : more)
        {
            hasChanged |= await AskForReviewAsync(number, [one], cancellationToken) is null;
        }

        return hasChanged;
    }

    public async Task<bool> EnsureStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken)
    {
        var sent = status with { Description = status.ShortDescription };
        if ((await ListStatusesAsync(sha, cancellationToken)).Contains(sent))
        {
            return false;
        }

        var body = new JsonObject { ["state"] = sent.State.ToString().ToLowerInvariant(), ["context"] = sent.Context, ["description"] = sent.Description };
        await connection.RequireAsync(HttpMethod.Post, Repo($"statuses/{Sha(sha)}"), body, cancellationToken);
        return true;
    }

    public virtual Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken) => ListStatusesAsync(sha, cancellationToken);

    public abstract Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken);

    public async Task<MergeOutcome> MergeAsync(int number, string expectedHead, CancellationToken cancellationToken)
    {
        Sha(expectedHead);
        if (await StandsAsync(number, expectedHead, cancellationToken) is { } outcome)
        {
            return outcome;
        }

        var reply = await SendMergeAsync(number, expectedHead, cancellationToken);
        if (reply.IsSuccess)
        {
            return new MergeOutcome.Merged(reply.Answer?.TextOrNull("sha") ?? (await GetPullRequestAsync(number, cancellationToken))?.MergedSha);
        }

        return reply.Status is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.Conflict or HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity)
            ? throw connection.Refused(HttpMethod.Put, Repo($"pulls/{Text(number)}/merge"), reply)
            : await StandsAsync(number, expectedHead, cancellationToken) ?? new MergeOutcome.NotMergeable(reply.Message.Length > 0 ? reply.Message : "the forge refuses without saying why");
    }

    public async Task<bool> EditBodyAsync(int number, string body, CancellationToken cancellationToken)
    {
        var issue = await AskAsync(HttpMethod.Get, Repo($"issues/{Text(number)}"), null, cancellationToken);
        if (Fingerprint.IsSameText(issue.TextOrNull("body") ?? "", body))
        {
            return false;
        }

        var kind = issue.Find("pull_request") is null ? "issues" : "pulls";
        await connection.RequireAsync(HttpMethod.Patch, Repo($"{kind}/{Text(number)}"), new JsonObject { ["body"] = body }, cancellationToken);
        return true;
    }

    public async Task<bool> CloseAsync(int number, CancellationToken cancellationToken)
    {
        var issue = await AskAsync(HttpMethod.Get, Repo($"issues/{Text(number)}"), null, cancellationToken);
        if (issue["state"].Text != "open")
        {
            return false;
        }

        var kind = issue.Find("pull_request") is null ? "issues" : "pulls";
        await connection.RequireAsync(HttpMethod.Patch, Repo($"{kind}/{Text(number)}"), new JsonObject { ["state"] = "closed" }, cancellationToken);
        return true;
    }

    /// <summary>What confines a list of issues to those of a user, as the rest of a query; empty where the forge cannot be trusted with that.</summary>
    protected abstract string OnlyBy(string login);

    /// <summary>Lists in which closed issues of the bot's are that are beyond the end of the long one: as the rest of a query.</summary>
    protected abstract IReadOnlyList<string> OwnIssues(string login);

    /// <summary>The same for its pull requests, as the list of issues has them.</summary>
    protected abstract IReadOnlyList<string> OwnRequests(string login);

    /// <summary>Whose last verdict was dismissed has none: not the one from before, either.</summary>
    protected static void Dismiss<T>(List<T> reviews, string? login, Func<T, (string? Login, bool IsVerdict)> read) =>
        reviews.RemoveAll(review => login is not null && read(review) is (var by, true) && IsSelf(by, login));

    protected static string Labelled(string label) => $"&labels={Uri.EscapeDataString(label)}";

    protected virtual void Dispose(bool isDisposing) => connection.Dispose();

    /// <summary>The user that the bot signs in as.</summary>
    protected abstract Task<string> LoginAsync(CancellationToken cancellationToken);

    protected abstract Task<ForgeReply> SendMergeAsync(int number, string expectedHead, CancellationToken cancellationToken);

    protected abstract Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken);

    protected abstract Mergeability MergeabilityOf(ForgeAnswer request);

    /// <summary>Adds what a pull request's own answer does not say.</summary>
    protected virtual Task<PullRequest> CompleteAsync(PullRequest request, CancellationToken cancellationToken) => Task.FromResult(request);

    protected string Repo(string path) => $"repos/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(repository)}/{path}";

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected static string Sha(string sha) => sha.Length is 40 or 64 && sha.All(char.IsAsciiHexDigitLower) ? sha : throw new ArgumentException($"'{sha}' is no whole hash of a commit");

    protected static string? Login(ForgeAnswer each) => each.Find("user")?.TextOrNull("login");

    protected async Task<ForgeAnswer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var reply = await connection.RequireAsync(method, path, body, cancellationToken);
        return reply.Answer ?? throw new ForgeException(Name, $"{method} {path}", "the answer is empty", "see whether the address is that of the forge's API", isTransient: false);
    }

    /// <summary>Null where they are asked, else what the forge says.</summary>
    private async Task<ForgeReply?> AskForReviewAsync(int number, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        // A team is owner/name.
        var body = new JsonObject
        {
            ["reviewers"] = new JsonArray([.. names.Where(name => !name.Contains('/', StringComparison.Ordinal)).Select(name => (JsonNode)name)]),
            ["team_reviewers"] = new JsonArray([.. names.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => (JsonNode)name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..])]),
        };
        var reply = await connection.SendAsync(HttpMethod.Post, Repo($"pulls/{Text(number)}/requested_reviewers"), body, cancellationToken);
        return reply.IsSuccess ? null : reply;
    }

    private static bool IsSelf(string? login, string self) => string.Equals(login, self, StringComparison.OrdinalIgnoreCase);

    /// <summary>Browsers end lines in their own way.</summary>
    private static string BodyOf(ForgeAnswer each) => (each.TextOrNull("body") ?? "").Replace("\r\n", "\n", StringComparison.Ordinal);

    private static List<string> Labels(ForgeAnswer issue) => [.. (issue.Find("labels")?.Items ?? []).Select(label => label["name"].Text)];

    private static Issue IssueOf(ForgeAnswer issue, string self) => new(
        issue["number"].Number, issue["state"].Text == "open" ? IssueState.Open : IssueState.Closed, issue["title"].Text, BodyOf(issue), Labels(issue), IsSelf(Login(issue), self), issue["html_url"].Text);

    private PullRequest PullRequestOf(ForgeAnswer request, string self)
    {
        // A list of issues says less of it: nothing of branches.
        var (head, @base) = (request.Find("head"), request.Find("base"));
        var isMerged = (request.Find("pull_request") ?? request).Find("merged_at") is not null;
        var state = isMerged ? PullRequestState.Merged : request["state"].Text == "open" ? PullRequestState.Open : PullRequestState.ClosedUnmerged;
        var from = head?.Find("repo")?.TextOrNull("full_name");
        return new(
            request["number"].Number,
            state,
            request["title"].Text,
            BodyOf(request),
            head?["ref"].Text ?? "",
            head?.TextOrNull("sha") is { Length: > 0 } ? head.Value["sha"].Sha : null,
            @base?["ref"].Text ?? "",
            state == PullRequestState.Open ? MergeabilityOf(request) : Mergeability.Unknown,
            Labels(request),
            [
                .. (request.Find("requested_reviewers")?.Items ?? []).Select(user => user["login"].Text),
                .. (request.Find("requested_teams")?.Items ?? []).Select(team => $"{owner}/{team["slug"].Text}"),
            ],
            IsSelf(Login(request), self) && (from is null ? state != PullRequestState.Open : string.Equals(from, $"{owner}/{repository}", StringComparison.OrdinalIgnoreCase)),
            isMerged ? request.TextOrNull("merge_commit_sha") : null,
            request["html_url"].Text);
    }

    private async Task<string> SelfAsync(CancellationToken cancellationToken) => self ??= await LoginAsync(cancellationToken);

    /// <summary>Merged ones and others are one list of the forge's, of everybody's, and long: who asks for both reads it once.</summary>
    private async Task<IReadOnlyList<PullRequest>> ClosedPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken)
    {
        if (state == PullRequestState.Merged && closed is { } known && known.Writes == connection.Writes && connection.Time.GetElapsedTime(known.At) < Fresh)
        {
            closed = null;
            return known.Requests;
        }

        var (at, writes) = (connection.Time.GetTimestamp(), connection.Writes);
        List<PullRequest> all = [.. (await AllPullRequestsAsync("closed", cancellationToken)).Where(request => request.IsOwn)];
        closed = state == PullRequestState.ClosedUnmerged ? (all, at, writes) : null;
        return all;
    }

    private async Task<IEnumerable<PullRequest>> AllPullRequestsAsync(string state, CancellationToken cancellationToken)
    {
        var login = await SelfAsync(cancellationToken);
        var all = state == "open"
            ? await connection.ListAsync(Repo($"pulls?state=open&{pageSize}"), cancellationToken)
            : await ClosedAsync("pulls?state=closed", OwnRequests(login), cancellationToken);
        return all.Where(each => each.Find("head") is not null || each.Find("pull_request") is not null).Select(each => PullRequestOf(each, login));
    }

    /// <summary>
    /// Newest first, of a list that is everybody's and as long as the repository is old. Where it is too long to be read, what
    /// is the bot's own is asked for by itself: something that somebody has closed long ago must not come again.
    /// </summary>
    private async Task<IReadOnlyList<ForgeAnswer>> ClosedAsync(string path, IReadOnlyList<string> own, CancellationToken cancellationToken)
    {
        var (newest, areAll) = await connection.ListNewestAsync(Repo($"{path}&{pageSize}"), cancellationToken);
        var all = newest.ToList();
        foreach (var query in areAll ? [] : own)
        {
            all.AddRange((await connection.ListNewestAsync(Repo($"issues?state=closed{query}&{pageSize}"), cancellationToken)).Items);
        }

        // Also where one moves to the next page while they are read.
        return [.. all.DistinctBy(each => each["number"].Number)];
    }

    private async Task<PullRequest?> FindAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var own = (await AllPullRequestsAsync("open", cancellationToken)).Where(request => request is { IsOwn: true, State: PullRequestState.Open }).ToList();
        return own.Find(request => request.Fingerprint == draft.Fingerprint) ?? own.Find(request => request.HeadBranch == draft.HeadBranch);
    }

    private async Task<ForgeAnswer?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await connection.GetAsync(Repo(path), cancellationToken);
        return reply.IsNotFound ? null : reply is { IsSuccess: true, Answer: { } answer } ? answer : throw connection.Refused(HttpMethod.Get, Repo(path), reply);
    }

    private async Task<Ensured> ChangeAsync(
        string path, int number, string oldTitle, string oldBody, IReadOnlyList<string> oldLabels, string where, string title, string body, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        var changes = new JsonObject();
        if (oldTitle != title)
        {
            changes["title"] = title;
        }

        if (!Fingerprint.IsSameText(oldBody, body))
        {
            changes["body"] = body;
        }

        if (changes.Count > 0)
        {
            await connection.RequireAsync(HttpMethod.Patch, path, changes, cancellationToken);
        }

        return new(number, false, await EnsureLabelsAsync(number, oldLabels, labels, cancellationToken) | changes.Count > 0, where);
    }

    private async Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> present, IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        var labels = LabelNames.Merge(present, wanted);
        if (LabelNames.AreSame(present, labels))
        {
            return false;
        }

        await SetLabelsAsync(number, labels, cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<CommitStatus>> ListStatusesAsync(string sha, CancellationToken cancellationToken)
    {
        var all = await connection.ListAsync(Repo($"commits/{Sha(sha)}/status?{pageSize}"), cancellationToken, "statuses");
        return
        [
            .. all.Select(each => new CommitStatus(
                each["context"].Text,
                (each.TextOrNull("status") ?? each["state"].Text) switch
                {
                    "success" => CheckState.Success,
                    "pending" => CheckState.Pending,
                    _ => CheckState.Failure,
                },
                each.TextOrNull("description") ?? "")).DistinctBy(status => status.Context),
        ];
    }

    /// <summary>Why nothing is to be merged, or null.</summary>
    private async Task<MergeOutcome?> StandsAsync(int number, string expectedHead, CancellationToken cancellationToken) =>
        await GetPullRequestAsync(number, cancellationToken) switch
        {
            null or { State: PullRequestState.ClosedUnmerged } => new MergeOutcome.NotOpen(),
            { State: PullRequestState.Merged, MergedSha: var sha } => new MergeOutcome.AlreadyMerged(sha),
            { HeadSha: var head } when head != expectedHead => new MergeOutcome.HeadMoved(head),
            { Mergeability: Mergeability.Conflict } => new MergeOutcome.NotMergeable("it is in conflict with its base"),
            _ => null,
        };
}
