using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Verify;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>
/// A bot that dies before each single thing that it asks of forge, store and audit log, in turn; then the same bot again, or
/// one that knows nothing. What is there in the end is byte for byte what a bot leaves that never died.
/// </summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_first_pass_that_dies_anywhere_and_then_again(bool isForgotten)
    {
        await using var stage = Shop.Stage();
        Assert.InRange(await KillEverywhereAsync(stage, isForgotten), 10, 100);
    }

    [Fact]
    public async Task A_later_pass_that_dies_anywhere_and_then_again()
    {
        await using var stage = Shop.Stage();
        await MakeLaterAsync(stage);
        Assert.InRange(await KillEverywhereAsync(stage, isForgotten: false), 20, 100);
    }

    [Fact]
    public async Task A_merge_that_dies_anywhere_is_one_merge()
    {
        await using var stage = Shop.Stage();
        stage.Write("CODEOWNERS", "* @ann @bob\n").Push();
        stage.Change = settings => settings with { Merges = new HashSet<Bot.Schedule.Tier> { Bot.Schedule.Tier.Human }, MergeAfter = TimeSpan.Zero };
        await stage.PassAsync();
        var web = Assert.Single(stage.Requests());
        HealingStage.Edit(web.Where, "by: selfheal", $"reviews: [{{by: ann, state: approved, sha: {web.HeadSha}}}, {{by: bob, state: approved, sha: {web.HeadSha}}}]\nby: selfheal");
        using var start = await stage.SnapshotAsync();
        var whole = new Calls();
        await PassAsync(stage, whole);
        foreach (var n in Steps(whole))
        {
            await stage.RestoreAsync(start);
            await Assert.ThrowsAsync<CrashException>(() => PassAsync(stage, Calls.CrashingAt(n)));
            await stage.RestartAsync();
            await stage.PassAsync();
            await stage.PassAsync();
            Assert.Equal(web.Number, Assert.Single(stage.Requests(PullRequestState.Merged)).Number);
            Assert.Empty(stage.Requests());
            Assert.Contains("privileged: false", stage.Show("main", "web.yaml"), StringComparison.Ordinal);
            Assert.Equal("1", SelfHeal.Execute("git", stage.Bare, [], ["rev-list", "--count", "--merges", "main"]).Output.Trim());
            await Shop.CheckAsync(stage, "bot");
        }
    }

    [Fact]
    public async Task A_bot_that_loses_its_lease_in_the_middle_writes_nothing_more()
    {
        await using var stage = Shop.Stage();
        stage.Write("more.yaml", Shop.Web("more")).Push();
        using var start = await stage.SnapshotAsync();
        var whole = new Calls();
        await PassAsync(stage, whole);
        var writes = Steps(whole).Where(n => whole.Names[n - 1].StartsWith("forge.", StringComparison.Ordinal)).ToList();
        Assert.True(writes.Count > 5);
        foreach (var n in writes)
        {
            await stage.RestoreAsync(start);
            stage.Clock.Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
            var calls = new Calls();
            calls.Before = (at, _) =>
            {
                if (at == n)
                {
                    Steal(stage);
                }
            };
            await Assert.ThrowsAsync<LeaseLostException>(() => stage.PassAsync(forge: calls.Of<IForge>(stage.Forge, "forge"), store: store => calls.Of(store, "store")));
            Assert.DoesNotContain(calls.Names.Skip(n), name => name.StartsWith("forge.", StringComparison.Ordinal) && IsWrite(name));
        }
    }

    [Fact]
    public async Task A_state_folder_that_is_lost_opens_nothing_twice_and_brings_back_nothing_that_was_declined()
    {
        await using var stage = Shop.Stage();
        stage.Write("more.yaml", Shop.Web("more")).Write("closed.yaml", Shop.Web("closed")).Push();
        await stage.PassAsync();
        HealingStage.Edit(Request(stage, "closed.yaml").Where, "state: open", "state: closed");
        HealingStage.Edit(Request(stage, "more.yaml").Where, "state: open", "state: merged");
        var issue = Assert.Single(stage.Issues(), each => each.Title != Dashboard.Title);
        HealingStage.Edit(issue.Where, "state: open", "state: closed");
        await stage.PassAsync();
        var before = stage.Everything();
        for (var i = 0; i < 2; i++)
        {
            await stage.RestartAsync();
            Directory.Delete(stage.StateOf("bot"), recursive: true);
            Assert.Null((await stage.PassAsync()).Failure);
            Assert.Equal(before, stage.Everything());
            await Shop.CheckAsync(stage, "bot");
        }
    }

    internal static async Task MakeLaterAsync(HealingStage stage)
    {
        foreach (var name in (string[])["gone", "moved", "snoozed", "theirs"])
        {
            stage.Write($"{name}.yaml", Shop.Web(name));
        }

        stage.Push();
        await stage.PassAsync();
        var theirs = Request(stage, "theirs.yaml");
        stage.Work.Git("fetch", "--quiet", "origin", theirs.HeadBranch);
        stage.Work.Git("checkout", "--quiet", "--detach", "FETCH_HEAD");
        stage.Write("theirs.yaml", stage.Show(theirs.HeadBranch, "theirs.yaml") + "# mine\n").Work.Commit();
        stage.Work.Git("push", "--quiet", "origin", $"HEAD:refs/heads/{theirs.HeadBranch}");
        stage.Work.Git("checkout", "--quiet", "main");
        HealingStage.Edit(Request(stage, "snoozed.yaml").Where, "- [ ] <!-- selfheal:snooze", "- [x] <!-- selfheal:snooze");
        stage.Work.Delete("gone.yaml").Delete("pod.yaml");
        stage.Write("moved.yaml", Shop.Web("moved", "1.2.4")).Write("theirs.yaml", Shop.Web("theirs", "1.2.4")).Write("new.yaml", Shop.Web("new")).Push();
    }

    private static async Task<int> KillEverywhereAsync(HealingStage stage, bool isForgotten)
    {
        using var start = await stage.SnapshotAsync();
        var whole = new Calls();
        await PassAsync(stage, whole);
        var steps = Steps(whole);
        Assert.Null((await stage.PassAsync()).Failure);
        var expected = stage.Everything();
        var audited = await Shop.AuditedAsync(stage, "bot");
        foreach (var n in steps)
        {
            await stage.RestoreAsync(start);
            var died = await Record.ExceptionAsync(() => PassAsync(stage, Calls.CrashingAt(n)));
            Assert.True(died is CrashException, $"at {n} of {whole.Names.Count}, {whole.Names[n - 1]}: {died}");
            await stage.RestartAsync();
            var next = isForgotten ? "other" : "bot";
            var report = await stage.PassAsync(next);
            Assert.True(report.Failure is null, report.Failure);
            var at = $"killed at {n}, {whole.Names[n - 1]}";
            Assert.True(expected == stage.Everything(), $"{at}: {Difference(expected, stage.Everything())}");
            await Shop.CheckAsync(stage, next);

            // Not which pass did it, but that it was done, and once.
            var opened = Opened(await Shop.AuditedAsync(stage, next));
            Assert.True(isForgotten || Opened(audited) == opened, $"{at}: {Difference(Opened(audited), opened)}");
        }

        return steps.Count;
    }

    private static string Opened(string audited) => string.Join('\n', audited.Split('\n').Where(line => line.Contains(".opened", StringComparison.Ordinal)));

    /// <summary>Before a call that only asks, the world is what it is before the next one that changes something.</summary>
    private static List<int> Steps(Calls whole) => [.. Enumerable.Range(1, whole.Names.Count).Where(n => IsWrite(whole.Names[n - 1]))];

    private static bool IsWrite(string name) => !name.Split('.')[1].StartsWith("List", StringComparison.Ordinal) && !name.Split('.')[1].StartsWith("Get", StringComparison.Ordinal)
        && name is not ("store.OpenDeliveries" or "store.LastDelivery" or "store.DeliveriesSince" or "store.Outcomes" or "store.PendingEvents");

    private static void Steal(HealingStage stage)
    {
        stage.Clock.Now += TimeSpan.FromMinutes(31);
        Task.Run(async () =>
        {
            await using var store = await Bot.Store.SqliteStore.OpenAsync(stage.StateOf("bot"), stage.Clock, default);
            var name = $"pass {Bot.Git.CloneCache.Name(HealingStage.Settings(stage.Bare, stage.Forge).Repository)}";
            Assert.IsType<Bot.Store.LeaseAnswer.Granted>(await store.AcquireLeaseAsync(name, "thief", TimeSpan.FromHours(1), default));
        }).GetAwaiter().GetResult();
    }

    private static PullRequest Request(HealingStage stage, string file) =>
        Assert.Single(stage.Requests(), request => request.Body.Contains($"`{file}:", StringComparison.Ordinal));

    private static Task<PassReport> PassAsync(HealingStage stage, Calls calls) =>
        stage.PassAsync(forge: calls.Of<IForge>(stage.Forge, "forge"), store: store => calls.Of(store, "store"));

    internal static string Difference(string expected, string actual) => UnifiedDiff.Of("end", expected, actual);
}
