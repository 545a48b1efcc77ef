using System.Reflection;
using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

/// <summary>What every forge does alike. Run against each of them, doubles and real ones.</summary>
internal static class ForgeContract
{
    private const string File = "deploy.yaml";

    private static readonly Fingerprint One = new(1, "one");

    /// <summary>Every test, by name.</summary>
    public static TheoryData<string> Tests => [.. All.Select(method => method.Name)];

    private static IEnumerable<MethodInfo> All =>
        typeof(ForgeContract).GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => method.ReturnType == typeof(Task) && method.Name.Contains('_', StringComparison.Ordinal));

    public static Task RunAsync(string test, ForgeHouse house) => (Task)All.Single(method => method.Name == test).Invoke(null, [house])!;

    public static async Task Opens_a_pull_request(ForgeHouse house)
    {
        var head = await house.PushAsync("selfheal/one", File, "replicas: 3\n");
        var ensured = await house.Forge.EnsurePullRequestAsync(Draft(), default);
        Assert.True(ensured is { IsNew: true, HasChanged: true, Number: > 0 });
        var request = await Get(house, ensured.Number);
        Assert.Equal(
            (PullRequestState.Open, "Fix one", "selfheal/one", head, "main", true),
            (request.State, request.Title, request.HeadBranch, request.HeadSha, request.BaseBranch, request.IsOwn));
        Assert.Equal(One, request.Fingerprint);
        Assert.True(Fingerprint.IsSameText(One.Append("Because.\n\n| a | b |\n|---|---|\n| 1 | ü |"), request.Body), request.Body);
        Assert.Equal(["selfheal/auto"], request.Labels);
        Assert.NotEmpty(request.Where);
        Assert.Equal([ensured.Number], (await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default)).Select(each => each.Number));
    }

    public static async Task Finds_before_it_creates(ForgeHouse house)
    {
        var number = await Open(house);
        var again = await house.Forge.EnsurePullRequestAsync(Draft(), default);
        Assert.Equal((number, false, false), (again.Number, again.IsNew, again.HasChanged));
        Assert.Single(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
    }

    public static async Task Changes_what_differs(ForgeHouse house)
    {
        var number = await Open(house);
        var changed = await house.Forge.EnsurePullRequestAsync(Draft() with { Title = "Fix it better: {{ x }} \"y\"", Body = "Because of that.", Labels = ["selfheal/human"] }, default);
        Assert.Equal((number, false, true), (changed.Number, changed.IsNew, changed.HasChanged));
        var request = await Get(house, number);
        Assert.Equal("Fix it better: {{ x }} \"y\"", request.Title);
        Assert.StartsWith("Because of that.", request.Body);
        Assert.Equal(One, request.Fingerprint);
        Assert.Equal(["selfheal/human"], request.Labels);
        Assert.False((await house.Forge.EnsurePullRequestAsync(Draft() with { Title = "Fix it better: {{ x }} \"y\"", Body = "Because of that.", Labels = ["selfheal/human"] }, default)).HasChanged);
    }

    public static async Task Finds_by_the_head_branch_as_well(ForgeHouse house)
    {
        var number = await Open(house);
        var newer = await house.Forge.EnsurePullRequestAsync(Draft() with { Fingerprint = new(2, "two") }, default);
        Assert.Equal((number, false, true), (newer.Number, newer.IsNew, newer.HasChanged));
        Assert.Equal(new Fingerprint(2, "two"), (await Get(house, number)).Fingerprint);
    }

    public static async Task Leaves_labels_of_others(ForgeHouse house)
    {
        var number = await Open(house);
        await house.LabelAsync(number, "please-look");
        Assert.False((await house.Forge.EnsurePullRequestAsync(Draft(), default)).HasChanged);
        Assert.True(await house.Forge.EnsureLabelsAsync(number, ["selfheal/dual"], default));
        Assert.False(await house.Forge.EnsureLabelsAsync(number, ["selfheal/dual"], default));
        Assert.Equal(["please-look", "selfheal/dual"], (await Get(house, number)).Labels.Order(StringComparer.Ordinal));
    }

    public static async Task Wants_the_head_branch(ForgeHouse house)
    {
        var refused = await Assert.ThrowsAsync<ForgeException>(() => house.Forge.EnsurePullRequestAsync(Draft(), default));
        Assert.False(refused.IsTransient);
        Assert.Empty(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
    }

    public static async Task Lists_what_was_closed_unmerged(ForgeHouse house)
    {
        var number = await Open(house);
        await house.CloseAsync(number);
        Assert.Equal(PullRequestState.ClosedUnmerged, (await Get(house, number)).State);
        Assert.Equal([One], (await house.Forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default)).Select(each => each.Fingerprint!.Value));
        Assert.Empty(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
        Assert.IsType<MergeOutcome.NotOpen>(await house.Forge.MergeAsync(number, (await Get(house, number)).HeadSha!, default));
    }

    public static async Task Closes_once(ForgeHouse house)
    {
        var number = await Open(house);
        Assert.True(await house.Forge.CloseAsync(number, default));
        Assert.False(await house.Forge.CloseAsync(number, default));
        var issue = (await house.Forge.EnsureIssueAsync(IssueDraft(), default)).Number;
        Assert.True(await house.Forge.CloseAsync(issue, default));
        Assert.False(await house.Forge.CloseAsync(issue, default));
    }

    public static async Task Merges_what_was_verified(ForgeHouse house)
    {
        var number = await Open(house);
        var head = (await Get(house, number)).HeadSha!;
        await Settled(house, number);
        var merged = Assert.IsType<MergeOutcome.Merged>(await house.Forge.MergeAsync(number, head, default));
        Assert.Equal("replicas: 3\n", await house.ReadAsync("main", File));
        var request = await Get(house, number);
        Assert.Equal(PullRequestState.Merged, request.State);
        Assert.Equal(merged.Sha ?? request.MergedSha, request.MergedSha);
        Assert.Equal([number], (await house.Forge.ListPullRequestsAsync(PullRequestState.Merged, default)).Select(each => each.Number));
        Assert.IsType<MergeOutcome.AlreadyMerged>(await house.Forge.MergeAsync(number, head, default));
        Assert.Empty(await house.Forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default));
    }

    public static async Task Merges_nothing_that_moved(ForgeHouse house)
    {
        var number = await Open(house);
        var verified = (await Get(house, number)).HeadSha!;
        var now = await house.PushAsync("selfheal/one", File, "replicas: 0\n");
        await Settled(house, number, now);
        Assert.Equal(new MergeOutcome.HeadMoved(now), await house.Forge.MergeAsync(number, verified, default));
        Assert.Equal("replicas: 1\n", await house.ReadAsync("main", File));
        Assert.Equal((PullRequestState.Open, now), ((await Get(house, number)).State, (await Get(house, number)).HeadSha));
    }

    public static async Task Merges_nothing_in_conflict(ForgeHouse house)
    {
        var number = await Open(house);
        var head = (await Get(house, number)).HeadSha!;
        await house.PushAsync("main", File, "replicas: 7\n");
        await Settled(house, number, mergeability: Mergeability.Conflict);
        Assert.IsType<MergeOutcome.NotMergeable>(await house.Forge.MergeAsync(number, head, default));
        Assert.Equal("replicas: 7\n", await house.ReadAsync("main", File));
        Assert.Equal(PullRequestState.Open, (await Get(house, number)).State);
    }

    public static async Task Merges_nothing_that_is_not_there(ForgeHouse house) =>
        Assert.IsType<MergeOutcome.NotOpen>(await house.Forge.MergeAsync(999, new('a', 40), default));

    public static async Task Says_what_is_not_there(ForgeHouse house)
    {
        Assert.Null(await house.Forge.GetPullRequestAsync(999, default));
        Assert.Null(await house.Forge.GetIssueAsync(999, default));
        Assert.Null(await house.Forge.GetIssueAsync(await Open(house), default));
    }

    public static async Task Opens_an_issue_once(ForgeHouse house)
    {
        var first = await house.Forge.EnsureIssueAsync(IssueDraft(), default);
        Assert.True(first is { IsNew: true, HasChanged: true });
        var again = await house.Forge.EnsureIssueAsync(IssueDraft(), default);
        Assert.Equal((first.Number, false, false), (again.Number, again.IsNew, again.HasChanged));
        var changed = await house.Forge.EnsureIssueAsync(IssueDraft() with { Body = "other", Labels = [] }, default);
        Assert.Equal((first.Number, false, true), (changed.Number, changed.IsNew, changed.HasChanged));
        var issue = Assert.Single(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal((first.Number, "Restart it", true, One), (issue.Number, issue.Title, issue.IsOwn, issue.Fingerprint));
        Assert.StartsWith("other", issue.Body);
        Assert.Empty(issue.Labels);
    }

    public static async Task Lists_closed_issues(ForgeHouse house)
    {
        var number = (await house.Forge.EnsureIssueAsync(IssueDraft(), default)).Number;
        await house.CloseAsync(number);
        Assert.Empty(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Equal([number], (await house.Forge.ListIssuesAsync(IssueState.Closed, default)).Select(issue => issue.Number));
        Assert.Equal(IssueState.Closed, (await house.Forge.GetIssueAsync(number, default))!.State);
    }

    public static async Task Takes_no_issue_of_others_for_its_own(ForgeHouse house)
    {
        var forged = await house.ForgeIssueAsync("Restart it", One.Append("Send me your secrets."));
        Assert.Empty(await house.Forge.ListIssuesAsync(IssueState.Open, default));
        var own = await house.Forge.EnsureIssueAsync(IssueDraft(), default);
        Assert.True(own.IsNew);
        Assert.NotEqual(forged, own.Number);
    }

    public static async Task Comments_once(ForgeHouse house)
    {
        var number = await Open(house);
        await house.CommentAsync(number, "/approve\n\n" + new Fingerprint(1, "verdict"));
        Assert.True(await house.Forge.EnsureCommentAsync(number, new(1, "verdict"), "Cleared.", default));
        Assert.False(await house.Forge.EnsureCommentAsync(number, new(1, "verdict"), "Cleared.", default));
        Assert.True(await house.Forge.EnsureCommentAsync(number, new(1, "verdict"), "Cleared after 41 s.", default));
        Assert.True(await house.Forge.EnsureCommentAsync(number, new(1, "other"), "Another.", default));
        var comments = await house.Forge.ListCommentsAsync(number, default);
        Assert.Equal([false, true, true], comments.Select(comment => comment.IsOwn));
        Assert.StartsWith("/approve", comments[0].Body);
        Assert.StartsWith("Cleared after 41 s.", comments[1].Body);
    }

    public static async Task Keeps_the_state_of_checks(ForgeHouse house)
    {
        var head = await house.PushAsync("selfheal/one", File, "replicas: 3\n");
        Assert.Empty(await house.Forge.ListChecksAsync(head, default));
        Assert.True(await house.Forge.EnsureStatusAsync(head, new("selfheal/verify", CheckState.Pending, "on it"), default));
        Assert.True(await house.Forge.EnsureStatusAsync(head, new("ci", CheckState.Failure, new('x', 300)), default));
        Assert.True(await house.Forge.EnsureStatusAsync(head, new("selfheal/verify", CheckState.Success, "7 of 7 gates"), default));
        Assert.False(await house.Forge.EnsureStatusAsync(head, new("selfheal/verify", CheckState.Success, "7 of 7 gates"), default));
        var checks = (await house.Forge.ListChecksAsync(head, default)).OrderBy(check => check.Context, StringComparer.Ordinal).ToList();
        Assert.Equal([("ci", CheckState.Failure), ("selfheal/verify", CheckState.Success)], checks.Select(check => (check.Context, check.State)));
        Assert.Equal("7 of 7 gates", checks[1].Description);
    }

    public static async Task Binds_reviews_to_commits(ForgeHouse house)
    {
        var number = await Open(house);
        Assert.Empty(await house.Forge.ListReviewsAsync(number, default));
        var head = (await Get(house, number)).HeadSha!;
        await house.ApproveAsync(number, head);
        var later = await house.PushAsync("selfheal/one", File, "replicas: 4\n");
        await Settled(house, number, later);
        var review = Assert.Single(await house.Forge.ListReviewsAsync(number, default));
        Assert.Equal((ReviewState.Approved, house.Reviewer, head), (review.State, review.Reviewer, review.Sha));
        Assert.NotEqual(review.Sha, (await Get(house, number)).HeadSha);
    }

    public static async Task Asks_reviewers_once(ForgeHouse house)
    {
        var number = await Open(house);
        Assert.True(await house.Forge.EnsureReviewersAsync(number, [house.Reviewer], default));
        Assert.Equal([house.Reviewer], (await Get(house, number)).Reviewers);
        Assert.False(await house.Forge.EnsureReviewersAsync(number, [house.Reviewer], default));
    }

    public static async Task Asks_nobody_that_it_cannot(ForgeHouse house)
    {
        var number = await Open(house);
        Assert.True(await house.Forge.EnsureReviewersAsync(number, ["nobody-of-that-name", house.Reviewer, "someone@example.com", "no/team"], default));
        Assert.Contains(house.Reviewer, (await Get(house, number)).Reviewers);
    }

    public static async Task Shows_what_people_have_ticked(ForgeHouse house)
    {
        const string Open = "- [ ] <!-- selfheal:snooze -->Snooze";
        const string Ticked = "- [x] <!-- selfheal:snooze -->Snooze";
        await house.PushAsync("selfheal/one", File, "replicas: 3\n");
        var request = await house.Forge.EnsurePullRequestAsync(Draft() with { Body = $"Because.\n\n{Open}\n- [ ] other\n" }, default);
        var issue = await house.Forge.EnsureIssueAsync(IssueDraft() with { Body = $"{Open}\n- [ ] other\n" }, default);
        Assert.Contains(Open, (await Get(house, request.Number)).Body.Split('\n'));
        Assert.Contains(Open, (await house.Forge.GetIssueAsync(issue.Number, default))!.Body.Split('\n'));

        // Browsers send such ends of lines.
        await house.RewriteAsync(request.Number, $"{Open}\n", $"{Ticked}\r\n");
        await house.RewriteAsync(issue.Number, $"{Open}\n", $"{Ticked}\r\n");
        Assert.Contains(Ticked, (await Get(house, request.Number)).Body.Split('\n'));
        Assert.Contains(Ticked, Assert.Single(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default)).Body.Split('\n'));
        Assert.Contains(Ticked, (await house.Forge.GetIssueAsync(issue.Number, default))!.Body.Split('\n'));
        Assert.Contains(Ticked, Assert.Single(await house.Forge.ListIssuesAsync(IssueState.Open, default)).Body.Split('\n'));
        Assert.Equal(One, (await Get(house, request.Number)).Fingerprint);
    }

    public static async Task Mends_what_people_changed(ForgeHouse house)
    {
        var number = await Open(house);
        await house.RetitleAsync(number, "hm");
        Assert.Equal("hm", (await Get(house, number)).Title);
        Assert.True((await house.Forge.EnsurePullRequestAsync(Draft(), default)).HasChanged);
        Assert.Equal("Fix one", (await Get(house, number)).Title);
        await house.CloseAsync(number);
        await house.ReopenAsync(number);
        Assert.Equal(PullRequestState.Open, (await Get(house, number)).State);
    }

    public static async Task Stops_when_told(ForgeHouse house)
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => house.Forge.ListIssuesAsync(IssueState.Open, stop.Token));
    }

    private static PullRequestDraft Draft() => new(One, "selfheal/one", "main", "Fix one", "Because.\n\n| a | b |\n|---|---|\n| 1 | ü |\n", ["selfheal/auto"]);

    private static IssueDraft IssueDraft() => new(One, "Restart it", "Because.\n", ["selfheal/action"]);

    private static async Task<int> Open(ForgeHouse house)
    {
        await house.PushAsync("selfheal/one", File, "replicas: 3\n");
        return (await house.Forge.EnsurePullRequestAsync(Draft(), default)).Number;
    }

    private static async Task<PullRequest> Get(ForgeHouse house, int number) =>
        await house.Forge.GetPullRequestAsync(number, default) ?? throw new InvalidOperationException($"no pull request {number}");

    /// <summary>Real forges look at a push when they get to it.</summary>
    private static async Task Settled(ForgeHouse house, int number, string? head = null, Mergeability mergeability = Mergeability.Clean)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            var request = await Get(house, number);
            if (request.Mergeability == mergeability && (head is null || request.HeadSha == head))
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"pull request {number} did not become {mergeability}");
    }
}
