using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>GitHub and GitHub Enterprise Server, over the REST API of 2022-11-28.</summary>
internal sealed class GitHubForge : RestForge
{
    private readonly GitHubApp? app;

    private GitHubForge(Uri root, string owner, string repository, ForgeConnection connection, GitHubApp? app)
        : base(connection, owner, repository, $"per_page={Text(connection.PageSize)}")
    {
        this.app = app;
        Name = $"{root.Host}/{owner}/{repository}";
    }

    /// <summary>Of github.com. That of an Enterprise Server ends in <c>/api/v3/</c>.</summary>
    public static Uri PublicApi { get; } = new("https://api.github.com/");

    /// <summary>The API of a GitHub, by the address that people open it at: github.com, an Enterprise Server, or a company's own ghe.com.</summary>
    public static Uri ApiOf(Uri address) =>
        address.Host is "github.com" or "www.github.com" or "api.github.com" ? PublicApi
        : address.Host.EndsWith(".ghe.com", StringComparison.Ordinal) ? new($"https://{(address.Host.StartsWith("api.", StringComparison.Ordinal) ? "" : "api.")}{address.Host}/")
        : address.AbsolutePath.TrimEnd('/').EndsWith("/api/v3", StringComparison.Ordinal) ? address
        : new(address.AbsoluteUri.TrimEnd('/') + "/api/v3/");

    public override string Name { get; }

    public static GitHubForge WithToken(Uri root, string owner, string repository, string token, TimeProvider time, ForgeLimits? limits = null, HttpMessageHandler? handler = null) =>
        new(root, owner, repository, Connect(root, _ => ValueTask.FromResult($"Bearer {token}"), limits ?? ForgeLimits.Default, time, handler), null);

    /// <summary>Takes the App over.</summary>
    public static GitHubForge WithApp(Uri root, string owner, string repository, GitHubApp app, TimeProvider time, ForgeLimits? limits = null, HttpMessageHandler? handler = null) =>
        new(root, owner, repository, Connect(root, async stop => $"Bearer {await app.TokenAsync(stop)}", limits ?? ForgeLimits.Default, time, handler), app);

    public static ForgeConnection Connect(Uri root, Func<CancellationToken, ValueTask<string>> authorize, ForgeLimits limits, TimeProvider time, HttpMessageHandler? handler) => new(
        $"GitHub at {root.Host}",
        new Uri(root.AbsoluteUri.TrimEnd('/') + "/"),
        authorize,
        "application/vnd.github+json",
        new Dictionary<string, string> { ["X-GitHub-Api-Version"] = "2022-11-28" },
        limits,
        time,
        handler);

    /// <summary>Statuses, and the check runs of Actions and Apps.</summary>
    public override async Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken)
    {
        var runs = await Connection.ListAsync(Repo($"commits/{Sha(sha)}/check-runs?filter=latest&per_page={Text(Connection.PageSize)}"), cancellationToken, "check_runs");
        return
        [
            .. await base.ListChecksAsync(sha, cancellationToken),
            .. runs.Select(run => new CommitStatus(
                run["name"].Text,
                run["status"].Text != "completed" ? CheckState.Pending
                    : run["conclusion"].Text is "success" or "neutral" or "skipped" ? CheckState.Success
                    : CheckState.Failure,
                run.Find("output")?.TextOrNull("title") ?? "")),
        ];
    }

    public override async Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken)
    {
        var reviews = new List<Review>();
        var writers = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var each in await Connection.ListAsync(Repo($"pulls/{Text(number)}/reviews?per_page={Text(Connection.PageSize)}"), cancellationToken))
        {
            ReviewState? state = each["state"].Text switch
            {
                "APPROVED" => ReviewState.Approved,
                "CHANGES_REQUESTED" => ReviewState.ChangesRequested,
                "COMMENTED" => ReviewState.Commented,
                _ => null,
            };
            var login = Login(each);
            if (each["state"].Text == "DISMISSED")
            {
                Dismiss(reviews, login, review => (review.Reviewer, review.State != ReviewState.Commented));
            }

            if (state is { } known)
            {
                reviews.Add(new(login, known, each.TextOrNull("commit_id"), known is not ReviewState.Commented && login is not null ? await MayWriteAsync(login, writers, cancellationToken) : null));
            }
        }

        return reviews;
    }

    protected override async Task<string> LoginAsync(CancellationToken cancellationToken) =>
        app is not null ? await app.LoginAsync(cancellationToken) : (await AskAsync(HttpMethod.Get, "user", null, cancellationToken))["login"].Text;

    /// <summary>An App's own name is that of no user: GitHub has been seen to find nothing by it, and all that was closed would be forgotten.</summary>
    protected override string OnlyBy(string login) => app is null ? $"&creator={Uri.EscapeDataString(login)}" : "";

    protected override IReadOnlyList<string> OwnIssues(string login) =>
        app is null ? [OnlyBy(login)] : [Labelled(LabelNames.Decide), Labelled(LabelNames.Action), Labelled(LabelNames.Dashboard)];

    protected override IReadOnlyList<string> OwnRequests(string login) => app is null ? [OnlyBy(login)] : [Labelled(LabelNames.Fix)];

    protected override Task<ForgeReply> SendMergeAsync(int number, string expectedHead, CancellationToken cancellationToken) =>
        Connection.SendAsync(HttpMethod.Put, Repo($"pulls/{Text(number)}/merge"), new JsonObject { ["sha"] = expectedHead, ["merge_method"] = "merge" }, cancellationToken);

    /// <summary>GitHub makes labels that are not there.</summary>
    protected override Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        Connection.RequireAsync(HttpMethod.Put, Repo($"issues/{Text(number)}/labels"), new JsonObject { ["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]) }, cancellationToken);

    /// <summary>Lists do not say, and GitHub starts looking when a single one is asked for.</summary>
    protected override Mergeability MergeabilityOf(ForgeAnswer request) =>
        request.Find("mergeable") is not { } mergeable ? Mergeability.Unknown : mergeable.IsTrue ? Mergeability.Clean : Mergeability.Conflict;

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        app?.Dispose();
    }

    /// <summary>To GitHub whoever can read can approve, and ask for changes.</summary>
    private async Task<bool> MayWriteAsync(string login, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        if (!known.TryGetValue(login, out var may))
        {
            var path = Repo($"collaborators/{Uri.EscapeDataString(login)}/permission");
            var reply = await Connection.GetAsync(path, cancellationToken);
            may = reply.IsNotFound ? false
                : reply is { IsSuccess: true, Answer: { } answer } ? answer["permission"].Text is "admin" or "write"
                : throw Connection.Refused(HttpMethod.Get, path, reply);
            known[login] = may;
        }

        return may;
    }
}
