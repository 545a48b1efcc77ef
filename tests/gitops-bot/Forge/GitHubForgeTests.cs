using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Rest;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class GitHubForgeTests
{
    public static TheoryData<string> Contract => ForgeContract.Tests;

    [Theory]
    [MemberData(nameof(Contract))]
    public async Task Keeps_the_contract(string test)
    {
        await using var house = new GitHubHouse();
        await ForgeContract.RunAsync(test, house);
        Assert.Empty(house.Server.Misfits);
    }

    [Fact]
    public async Task Does_not_fetch_again_what_has_not_changed()
    {
        await using var house = new GitHubHouse();
        await house.Forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default);
        await house.Forge.ListIssuesAsync(IssueState.Open, default);
        var before = house.Server.NotModified;
        Assert.Single(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal(before + 1, house.Server.NotModified);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reads_all_pages_however_many_follow_one_that_is_full(bool sendsLinkOfUnmodified)
    {
        await using var house = new GitHubHouse();
        house.Server.SendsLinkOfUnmodified = sendsLinkOfUnmodified;
        for (var i = 1; i <= 5; i++)
        {
            await house.Forge.EnsureIssueAsync(new(new(1, $"x{i}"), "t", "b", []), default);
            Assert.Equal(Enumerable.Range(1, i), (await house.Forge.ListIssuesAsync(IssueState.Open, default)).Select(issue => issue.Number));
        }
    }

    [Fact]
    public async Task Keeps_no_more_of_answers_than_it_may()
    {
        await using var house = new GitHubHouse(new() { MaxKeptBytes = 10 });
        await house.Forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default);
        for (var i = 0; i < 3; i++)
        {
            Assert.Single(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        }

        Assert.Equal(0, house.Server.NotModified);
    }

    [Theory]
    [InlineData("https://github.com", "https://api.github.com/")]
    [InlineData("https://api.github.com/", "https://api.github.com/")]
    [InlineData("https://git.example.com", "https://git.example.com/api/v3/")]
    [InlineData("https://git.example.com/api/v3", "https://git.example.com/api/v3")]
    [InlineData("https://example.com:8443/github/", "https://example.com:8443/github/api/v3/")]
    [InlineData("https://shop.ghe.com/", "https://api.shop.ghe.com/")]
    [InlineData("https://github.com.example.com/", "https://github.com.example.com/api/v3/")]
    public void Knows_where_the_api_is(string address, string api) => Assert.Equal(api, GitHubForge.ApiOf(new(address)).AbsoluteUri);

    [Fact]
    public async Task Asks_everybody_for_a_review_but_strangers_and_itself()
    {
        await using var house = new GitHubHouse();
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "x"), "selfheal/one", "main", "t", "b", []), default)).Number;
        Assert.False(await house.Forge.EnsureReviewersAsync(number, ["selfheal-bot"], default));
        Assert.True(await house.Forge.EnsureReviewersAsync(number, ["mallory", "selfheal-bot", "ann", "shop/platform", "shop/nobody"], default));
        Assert.Equal(["ann", "shop/platform"], (await house.Forge.GetPullRequestAsync(number, default))!.Reviewers);
        Assert.False(await house.Forge.EnsureReviewersAsync(number, ["mallory", "ann", "shop/platform"], default));
        house.Server.Interruption = request => request.Method == HttpMethod.Post ? new(HttpStatusCode.Forbidden) { Content = new StringContent("") } : null;
        await Assert.ThrowsAsync<ForgeException>(() => house.Forge.EnsureReviewersAsync(number, ["bob"], default));
    }

    /// <summary>What is everybody's is long, and the bot's own may be beyond its end.</summary>
    [Fact]
    public async Task Reads_its_own_issues_however_many_there_are_of_others()
    {
        await using var house = new GitHubHouse(new() { PageSize = 2, MaxPages = 3 });
        var number = (await house.Forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default)).Number;
        await house.Forge.CloseAsync(number, default);
        for (var i = 0; i < 20; i++)
        {
            house.Server.Patch(house.Server.OpenIssue("mallory", "t", "b"), "state", i < 10 ? "closed" : "open");
        }

        Assert.Equal([number], (await house.Forge.ListIssuesAsync(IssueState.Closed, default)).Select(each => each.Number));
        Assert.Empty(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Empty(house.Server.Misfits);
    }

    /// <summary>What somebody has closed stays closed, however much others have closed since.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Knows_what_of_its_own_was_closed_long_ago(bool isApp)
    {
        var limits = new ForgeLimits { PageSize = 2, MaxPages = 3 };
        await using var house = new GitHubHouse(limits);
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var self = isApp ? "selfheal[bot]" : "selfheal-bot";
        int[] requests = [house.Server.OpenPull(self, "selfheal/one", new Fingerprint(1, "x").Append("b")), house.Server.OpenPull(self, "selfheal/one", new Fingerprint(1, "y").Append("b"))];
        var issue = house.Server.OpenIssue(self, "t", new Fingerprint(1, "z").Append("b"));
        house.Server.Label(requests[0], LabelNames.Fix);
        house.Server.Label(requests[1], LabelNames.Fix);
        house.Server.Label(issue, LabelNames.Decide);
        for (var i = 0; i < 8; i++)
        {
            house.Server.Patch(house.Server.OpenPull("mallory", "selfheal/one", "b"), "state", "closed");
            house.Server.Patch(house.Server.OpenIssue("mallory", "t", new Fingerprint(1, "z").Append("b")), "state", "closed");
        }

        foreach (var number in (int[])[.. requests, issue])
        {
            house.Server.Patch(number, "state", "closed");
        }

        house.Server.Merged(requests[1]);
        using var key = RSA.Create(2048);
        house.Server.Interruption = request => request.RequestUri!.AbsolutePath switch
        {
            "/app" when isApp => Json(new() { ["slug"] = "selfheal" }),
            "/app/installations/42/access_tokens" => Json(new() { ["token"] = house.Server.Token, ["expires_at"] = "2999-01-01T00:00:00Z" }),
            _ => null,
        };
        using var app = GitHubForge.WithApp(
            GitHubForge.PublicApi, "shop", "deploy", new GitHubApp(GitHubForge.PublicApi, "4711", 42, key.ExportRSAPrivateKeyPem(), TimeProvider.System, limits, house.Server), TimeProvider.System, limits, house.Server);
        var forge = isApp ? app : house.Forge;
        Assert.Equal([requests[0]], (await forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default)).Select(each => each.Number));
        Assert.Equal([requests[1]], (await forge.ListPullRequestsAsync(PullRequestState.Merged, default)).Select(each => each.Number));
        Assert.Equal([issue], (await forge.ListIssuesAsync(IssueState.Closed, default)).Select(each => each.Number));
        Assert.Empty(house.Server.Misfits);

        static HttpResponseMessage Json(JsonObject body) => new(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString()) };
    }

    /// <summary>GitHub leaves a review that was dismissed in its place, under another name, and those before it as they were.</summary>
    [Fact]
    public async Task A_verdict_that_was_dismissed_brings_back_none_from_before()
    {
        await using var house = new GitHubHouse();
        var head = await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "x"), "selfheal/one", "main", "t", "b", []), default)).Number;
        house.Server.Review(number, "ann", head);
        house.Server.Review(number, "ann", head, "DISMISSED");
        Assert.Empty(await house.Forge.ListReviewsAsync(number, default));
        house.Server.Review(number, "ann", head);
        Assert.Single(await house.Forge.ListReviewsAsync(number, default));
    }

    [Fact]
    public async Task Reads_what_is_closed_once_for_both_questions()
    {
        await using var house = new GitHubHouse();
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "x"), "selfheal/one", "main", "t", "b", []), default)).Number;
        await house.Forge.CloseAsync(number, default);
        var before = house.Server.Requests.Count;
        Assert.Single(await house.Forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default));
        Assert.Empty(await house.Forge.ListPullRequestsAsync(PullRequestState.Merged, default));
        Assert.Single(house.Server.Requests.Skip(before), request => request.EndsWith("/pulls", StringComparison.Ordinal));
        await house.Forge.ListPullRequestsAsync(PullRequestState.Merged, default);
        Assert.Equal(2, house.Server.Requests.Skip(before).Count(request => request.EndsWith("/pulls", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("APPROVED")]
    [InlineData("CHANGES_REQUESTED")]
    public async Task Says_of_each_verdict_whether_its_author_may_write(string state)
    {
        await using var house = new GitHubHouse();
        var head = await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "x"), "selfheal/one", "main", "t", "b", []), default)).Number;
        house.Server.Review(number, "eve", head, state);
        house.Server.Review(number, "ann", head, state);
        Assert.Equal([("eve", false), ("ann", true)], (await house.Forge.ListReviewsAsync(number, default)).Select(review => (review.Reviewer!, review.HasWriteAccess!.Value)));
    }

    [Theory]
    [InlineData("completed", "success", nameof(CheckState.Success))]
    [InlineData("completed", "skipped", nameof(CheckState.Success))]
    [InlineData("completed", "timed_out", nameof(CheckState.Failure))]
    [InlineData("in_progress", null, nameof(CheckState.Pending))]
    public async Task Counts_runs_of_workflows_among_the_checks(string status, string? conclusion, string expected)
    {
        await using var house = new GitHubHouse();
        var head = await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        await house.Forge.EnsureStatusAsync(head, new("selfheal/verify", CheckState.Success, "7 of 7 gates"), default);
        house.Server.CheckRuns.Add(new() { ["name"] = "build", ["status"] = status, ["conclusion"] = conclusion, ["output"] = new JsonObject { ["title"] = null } });
        Assert.Equal([("selfheal/verify", nameof(CheckState.Success)), ("build", expected)], (await house.Forge.ListChecksAsync(head, default)).Select(check => (check.Context, check.State.ToString())));
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "500", nameof(ForgeFault.Failing) },
        { "403 limit", nameof(ForgeFault.RateLimited) },
        { "403", nameof(ForgeFault.Unauthorized) },
        { "truncated", nameof(ForgeFault.Nonsense) },
        { "redirect", nameof(ForgeFault.Redirects) },
        { "gone", nameof(ForgeFault.Unreachable) },
    };

    /// <summary>Whichever request fails, before or after GitHub has acted: the next pass ends as if none had.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Leaves_nothing_half_done_for_good(string failure, string fault)
    {
        var expected = await StateAfterPassAsync(new GitHubHouse());
        foreach (var hasActed in (bool[])[false, true])
        {
            for (var at = 1; ; at++)
            {
                var house = new GitHubHouse(new() { PageSize = 2, Tries = 1, MaxWait = TimeSpan.Zero });
                await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
                var (count, nth) = (0, at);
                HttpResponseMessage? FailAt(HttpRequestMessage _) => ++count == nth ? Fail(failure) : null;
                house.Server.Interruption = hasActed ? _ => null : FailAt;
                house.Server.Loss = hasActed ? FailAt : _ => null;
                try
                {
                    await PassAsync(house);
                    Assert.True(count < at, $"request {at} failed, and nobody noticed");
                    Assert.True(at > 10);
                    break;
                }
                catch (ForgeException exception)
                {
                    Assert.Equal(fault, exception.Fault.ToString());
                    Assert.Equal(fault is nameof(ForgeFault.Failing) or nameof(ForgeFault.RateLimited) or nameof(ForgeFault.Unreachable), exception.IsTransient);
                }

                house.Server.Interruption = _ => null;
                house.Server.Loss = _ => null;
                Assert.Equal(expected, await StateAfterPassAsync(house));
            }
        }
    }

    [Theory]
    [InlineData(403, "retry-after", "7", 7)]
    [InlineData(429, "retry-after", "7", 7)]
    [InlineData(403, "x-none", "", 60)]
    public async Task Waits_as_long_as_it_is_told(int status, string header, string value, int seconds)
    {
        var waits = new List<TimeSpan>();
        await using var house = new GitHubHouse(Recording(waits));
        var isFirst = true;
        house.Server.Interruption = request =>
        {
            if (!isFirst || request.Method != HttpMethod.Post)
            {
                return null;
            }

            isFirst = false;
            return Limited(status, (header, value));
        };
        Assert.True((await house.Forge.EnsureIssueAsync(new(new(1, "x"), "t", "b", []), default)).IsNew);
        Assert.InRange(Assert.Single(waits), TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1.5 * seconds));
        Assert.Equal(2, house.Server.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Leaves_a_long_wait_to_a_later_pass()
    {
        var waits = new List<TimeSpan>();
        await using var house = new GitHubHouse(Recording(waits));
        var reset = TimeProvider.System.GetUtcNow().AddMinutes(30).ToUnixTimeSeconds();
        house.Server.Interruption = _ => Limited(403, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset}"));
        var limited = await Assert.ThrowsAsync<ForgeException>(() => house.Forge.ListIssuesAsync(IssueState.Open, default));
        Assert.True(limited is { IsTransient: true, Fault: ForgeFault.RateLimited });
        Assert.InRange(limited.RetryAfter!.Value, TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(31));
        Assert.Empty(waits);
    }

    [Fact]
    public async Task Knows_that_who_can_read_can_approve()
    {
        await using var house = new GitHubHouse();
        var head = await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "x"), "selfheal/one", "main", "t", "b", []), default)).Number;
        house.Server.Review(number, "ann", head);
        house.Server.Review(number, "mallory", head);
        Assert.Equal([("ann", true), ("mallory", false)], (await house.Forge.ListReviewsAsync(number, default)).Select(review => (review.Reviewer!, review.HasWriteAccess!.Value)));
    }

    [Fact]
    public async Task Signs_in_as_an_app_and_keeps_the_token()
    {
        using var key = RSA.Create(2048);
        var clock = new Clock();
        var server = new AppServer(key, clock);
        var api = new Uri("https://git.example.com/api/v3/");
        using var forge = GitHubForge.WithApp(
            api, "shop", "deploy", new GitHubApp(api, "4711", 42, key.ExportRSAPrivateKeyPem(), clock, ForgeLimits.Default, server), clock, handler: server);
        Assert.Empty(await forge.ListIssuesAsync(IssueState.Open, default));
        clock.Now += TimeSpan.FromMinutes(54);
        Assert.Empty(await forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal(1, server.Given);
        clock.Now += TimeSpan.FromMinutes(2);
        Assert.Empty(await forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal(2, server.Given);
    }

    [Fact]
    public void Quotes_no_key_that_is_none()
    {
        var wrong = Assert.Throws<ForgeException>(() => new GitHubApp(GitHubForge.PublicApi, "4711", 42, "-----BEGIN SECRET 0815-----", TimeProvider.System, ForgeLimits.Default));
        Assert.DoesNotContain("0815", wrong.ToString(), StringComparison.Ordinal);
    }

    private static async Task PassAsync(GitHubHouse house)
    {
        var request = await house.Forge.EnsurePullRequestAsync(new(new(1, "one"), "selfheal/one", "main", "Fix one", "Because.", ["selfheal/human"]), default);
        var head = (await house.Forge.GetPullRequestAsync(request.Number, default))!.HeadSha!;
        await house.Forge.EnsureReviewersAsync(request.Number, ["ann"], default);
        await house.Forge.EnsureCommentAsync(request.Number, new(1, "verdict"), "7 of 7 gates.", default);
        await house.Forge.EnsureStatusAsync(head, new("selfheal/verify", CheckState.Success, "7 of 7 gates"), default);
        await house.Forge.EnsureIssueAsync(new(new(1, "dashboard"), "Dashboard", "- [ ] pause", ["selfheal/dashboard"]), default);
    }

    private static async Task<string> StateAfterPassAsync(GitHubHouse house)
    {
        await using var open = house;
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        await PassAsync(house);
        Assert.Empty(house.Server.Misfits);
        var request = Assert.Single(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
        var issue = Assert.Single(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        var comment = Assert.Single(await house.Forge.ListCommentsAsync(request.Number, default));
        var check = Assert.Single(await house.Forge.ListChecksAsync((await house.Forge.GetPullRequestAsync(request.Number, default))!.HeadSha!, default));
        return $"{request.Title} {request.Body} {string.Join(',', request.Labels)} {string.Join(',', request.Reviewers)} {comment.Body} {check} {issue.Title} {issue.Body} {string.Join(',', issue.Labels)}";
    }

    private static HttpResponseMessage Fail(string failure)
    {
        var redirect = new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Content = new StringContent("") };
        redirect.Headers.Location = new("https://thief.example.com/");
        return failure switch
        {
            "500" => new(HttpStatusCode.InternalServerError) { Content = new StringContent("<html>") },
            "403 limit" => Limited(403, ("retry-after", "30")),
            "403" => new(HttpStatusCode.Forbidden) { Content = new StringContent("""{"message":"Resource not accessible by integration"}""") },
            "truncated" => new(HttpStatusCode.OK) { Content = new StringContent("""{"number":1,"title":"Fix o""") },
            "redirect" => redirect,
            _ => throw new HttpRequestException("connection reset"),
        };
    }

    private static ForgeLimits Recording(List<TimeSpan> waits) => new()
    {
        PageSize = 2,
        MaxWait = TimeSpan.FromMinutes(2),
        Wait = (wait, _) =>
        {
            waits.Add(wait);
            return Task.CompletedTask;
        },
    };

    private static HttpResponseMessage Limited(int status, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("""{"message":"You have exceeded a secondary rate limit."}""") };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Gives tokens of an hour for tokens that the App's key has signed.</summary>
    private sealed class AppServer(RSA key, Clock clock) : HttpMessageHandler
    {
        public int Given { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var shown = request.Headers.Authorization!.Parameter!;
            var path = request.RequestUri!.AbsolutePath;
            if (path.StartsWith("/api/v3/app", StringComparison.Ordinal))
            {
                var parts = shown.Split('.');
                Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
                var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
                Assert.Equal("4711", claims["iss"]!.ToString());
                Assert.InRange(claims["exp"]!.GetValue<long>() - clock.Now.ToUnixTimeSeconds(), 60, 600);
                if (path == "/api/v3/app/installations/42/access_tokens")
                {
                    Given++;
                    return Yes($$"""{"token":"t{{Given}}","expires_at":"{{clock.Now.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}""");
                }

                return Yes("""{"slug":"selfheal-bot"}""");
            }

            Assert.Equal($"t{Given}", shown);
            return Yes("[]");
        }

        private static Task<HttpResponseMessage> Yes(string text) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text) });
    }
}
