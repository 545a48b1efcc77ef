using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Local;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class LocalForgeTests
{
    private static readonly PullRequestDraft Draft = new(new(1, "one"), "selfheal/one", "main", "Fix one", "Because.", []);

    public static TheoryData<string> Contract => ForgeContract.Tests;

    [Theory]
    [MemberData(nameof(Contract))]
    public async Task Keeps_the_contract(string test)
    {
        await using var house = new LocalHouse();
        await ForgeContract.RunAsync(test, house);
    }

    [Fact]
    public async Task Carries_out_a_merge_that_somebody_wrote_into_the_file()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.Edit(number, "state: open", "state: merged");
        Assert.Empty(await house.Forge.SettleAsync(default));
        var request = await house.Forge.GetPullRequestAsync(number, default);
        Assert.Equal(PullRequestState.Merged, request!.State);
        Assert.Equal("replicas: 3\n", await house.ReadAsync("main", "deploy.yaml"));
        Assert.Equal("2", house.Git("log", "-1", "--format=%P", "main").Split(' ').Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Byte for byte, the repository too: what git writes to find something out is nobody's business either.</summary>
    [Fact]
    public async Task Reading_writes_nothing()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.PushAsync("selfheal/two", "other.yaml", "replicas: 2\n");
        var two = (await house.Forge.EnsurePullRequestAsync(Draft with { Fingerprint = new(1, "two"), HeadBranch = "selfheal/two" }, default)).Number;
        await house.PushAsync("main", "third.yaml", "replicas: 7\n");
        await house.Edit(number, "state: open", "state: merged");
        house.Git("update-ref", "-d", "refs/heads/selfheal/two");
        var before = Everything(house.Folder) + Everything(house.Repository);
        var fresh = new LocalForge(house.Repository, house.Folder, TimeProvider.System);
        var request = await fresh.GetPullRequestAsync(number, default);
        Assert.Equal((PullRequestState.Open, Mergeability.Clean), (request!.State, request.Mergeability));
        Assert.Equal([two], (await fresh.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default)).Select(each => each.Number));
        Assert.Empty(await fresh.ListPullRequestsAsync(PullRequestState.Merged, default));
        Assert.Empty(await fresh.ListIssuesAsync(IssueState.Open, default));
        Assert.Empty(await fresh.ListCommentsAsync(number, default));
        Assert.Empty(await fresh.ListReviewsAsync(number, default));
        Assert.Empty(await fresh.ListChecksAsync(request.HeadSha!, default));
        Assert.Equal(before, Everything(house.Folder) + Everything(house.Repository));
        var none = Path.Combine(house.Folder, "none");
        var absent = new LocalForge(house.Repository, none, TimeProvider.System);
        Assert.Empty(await absent.ListPullRequestsAsync(PullRequestState.Open, default));
        Assert.Empty(await absent.ListIssuesAsync(IssueState.Open, default));
        Assert.Null(await absent.GetPullRequestAsync(1, default));
        Assert.Empty(await absent.SettleAsync(default));
        Assert.False(Directory.Exists(none));
    }

    /// <summary>The work tree would show a change that takes the merge back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Moves_no_branch_that_somebody_has_checked_out(bool isElsewhere)
    {
        using var person = new Git.GitFolder();
        using var folder = new TempFolder();
        person.Write("deploy.yaml", "replicas: 1\n").Commit();
        person.Git("checkout", "--quiet", "-b", "selfheal/one");
        person.Write("deploy.yaml", "replicas: 3\n").Commit();
        person.Git("checkout", "--quiet", isElsewhere ? "--detach" : "main");
        if (isElsewhere)
        {
            person.Git("worktree", "add", "--quiet", folder["elsewhere"], "main");
        }

        var main = person.Git("rev-parse", "main");
        var forge = new LocalForge(person.Root, folder["pages"], TimeProvider.System);
        var number = (await forge.EnsurePullRequestAsync(Draft, default)).Number;
        var page = folder["pages/pull-requests/0001.md"];
        HealingStage.Edit(page, "state: open", "state: merged");
        var unsettled = Assert.Single(await forge.SettleAsync(default));
        var place = isElsewhere ? folder["elsewhere"] : person.Root;
        Assert.Equal($"main is checked out in {place}, where it would move under your files; run this there: git merge selfheal/one", unsettled.Why);
        Assert.Contains(unsettled.Why, Assert.Single(await forge.ListCommentsAsync(number, default)).Body, StringComparison.Ordinal);
        Assert.Equal(main, person.Git("rev-parse", "main"));
        Assert.Equal("", person.Git("-C", place, "status", "--porcelain", "--untracked-files=no"));
        Assert.Equal(PullRequestState.Open, (await forge.GetPullRequestAsync(number, default))!.State);
        Assert.IsType<MergeOutcome.NotMergeable>(await forge.MergeAsync(number, person.Git("rev-parse", "selfheal/one"), default));
        person.Git("-C", place, "merge", "--quiet", "selfheal/one");
        Assert.Equal(PullRequestState.Merged, (await forge.GetPullRequestAsync(number, default))!.State);
        Assert.Empty(await forge.SettleAsync(default));
        Assert.StartsWith("---\nstate: merged\n", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Carries_out_no_merge_of_what_nobody_has_seen()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 0\n");
        await house.Edit(number, "state: open", "state: merged");
        Assert.Equal("selfheal/one has moved since", Assert.Single(await house.Forge.SettleAsync(default)).Why);
        Assert.Equal(PullRequestState.Open, (await house.Forge.GetPullRequestAsync(number, default))!.State);
        Assert.Equal("replicas: 1\n", await house.ReadAsync("main", "deploy.yaml"));
        Assert.Contains("has moved", Assert.Single(await house.Forge.ListCommentsAsync(number, default)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sees_a_merge_by_git()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        house.Git("update-ref", "refs/heads/main", "refs/heads/selfheal/one");
        house.Git("update-ref", "-d", "refs/heads/selfheal/one");
        Assert.Equal(PullRequestState.Merged, (await house.Forge.GetPullRequestAsync(number, default))!.State);
    }

    [Fact]
    public async Task Sees_a_merge_by_git_of_a_branch_that_was_made_anew()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        var tree = house.Git("rev-parse", "selfheal/one^{tree}");
        house.Git("update-ref", "refs/heads/selfheal/one", house.Git("commit-tree", tree, "-p", "main", "-m", "Anew"));
        house.Git("update-ref", "refs/heads/main", "refs/heads/selfheal/one");
        Assert.Equal(PullRequestState.Merged, (await house.Forge.GetPullRequestAsync(number, default))!.State);
    }

    [Fact]
    public async Task Sees_its_changes_in_one_commit_of_somebody_else()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        var tree = house.Git("rev-parse", "selfheal/one^{tree}");
        house.Git("update-ref", "refs/heads/main", house.Git("commit-tree", tree, "-p", "main", "-m", "Squashed"));
        Assert.Equal(PullRequestState.Merged, (await house.Forge.GetPullRequestAsync(number, default))!.State);
        Assert.Equal([number], (await house.Forge.ListPullRequestsAsync(PullRequestState.Merged, default)).Select(each => each.Number));
    }

    [Fact]
    public async Task Carries_out_two_merges_at_once()
    {
        await using var house = new LocalHouse();
        var one = await Open(house);
        await house.PushAsync("selfheal/two", "other.yaml", "replicas: 2\n");
        var two = (await house.Forge.EnsurePullRequestAsync(Draft with { Fingerprint = new(1, "two"), HeadBranch = "selfheal/two" }, default)).Number;
        await house.Edit(one, "state: open", "state: merged");
        await house.Edit(two, "state: open", "state: merged");
        await house.Forge.SettleAsync(default);
        Assert.Equal([one, two], (await house.Forge.ListPullRequestsAsync(PullRequestState.Merged, default)).Select(each => each.Number));
        Assert.Equal(("replicas: 3\n", "replicas: 2\n"), (await house.ReadAsync("main", "deploy.yaml"), await house.ReadAsync("main", "other.yaml")));
    }

    [Fact]
    public async Task Gives_no_number_twice()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.Forge.EnsureCommentAsync(number, new(1, "c"), "Of the first.", default);
        File.Delete(Path.Combine(house.Folder, "pull-requests", "0001.md"));
        var next = (await house.Forge.EnsurePullRequestAsync(Draft, default)).Number;
        Assert.Empty(await house.Forge.ListCommentsAsync(next, default));
    }

    [Fact]
    public async Task Closes_what_has_lost_its_branch()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        house.Git("update-ref", "-d", "refs/heads/selfheal/one");
        Assert.Equal([number], (await house.Forge.ListPullRequestsAsync(PullRequestState.ClosedUnmerged, default)).Select(each => each.Number));
    }

    [Fact]
    public async Task Keeps_what_people_wrote_into_the_front_matter()
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.Edit(number, "state: open", "# looked at it\nmine: [1, 2]\nstate: open");
        Assert.True((await house.Forge.EnsurePullRequestAsync(Draft with { Title = "Fix two" }, default)).HasChanged);
        Assert.Contains("# looked at it\nmine: [1, 2]\nstate: open\ntitle: \"Fix two\"\n", house.Read(number), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state: open", "state: done", "state is 'done'; must be open, merged or closed")]
    [InlineData("---\nstate", "state", "front matter")]
    [InlineData("state: open", "state: [", "cannot be read")]
    [InlineData("state: open", "state: Closed", "state is 'Closed'; must be open, merged or closed")]
    public async Task Names_a_page_that_makes_no_sense(string old, string @new, string problem)
    {
        await using var house = new LocalHouse();
        var number = await Open(house);
        await house.Edit(number, old, @new);
        var wrong = await Assert.ThrowsAsync<ForgeException>(() => house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
        Assert.Contains(problem, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("0001.md", wrong.Message, StringComparison.Ordinal);
        Assert.False(wrong.IsTransient);
    }

    [Fact]
    public async Task Is_safe_for_several_at_once()
    {
        await using var house = new LocalHouse();
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        var ensured = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => new LocalForge(house.Repository, house.Folder, TimeProvider.System).EnsurePullRequestAsync(Draft, default))));
        Assert.Single(ensured, each => each.IsNew);
        Assert.Single(await house.Forge.ListPullRequestsAsync(PullRequestState.Open, default));
    }

    [Fact]
    public async Task Leaves_nothing_half_written()
    {
        await using var house = new LocalHouse();
        await Open(house);
        Assert.Equal([".lock", "0001.md"], Directory.EnumerateFiles(house.Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    internal static string Everything(string folder)
    {
        var text = new System.Text.StringBuilder();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            text.Append(entry.FullName).Append(' ').AppendLine(entry is FileInfo file ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.FullName))) : "");
        }

        return text.ToString();
    }

    private static async Task<int> Open(LocalHouse house)
    {
        await house.PushAsync("selfheal/one", "deploy.yaml", "replicas: 3\n");
        return (await house.Forge.EnsurePullRequestAsync(Draft, default)).Number;
    }
}
