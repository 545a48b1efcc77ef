using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>What people have decided stays decided, and what they change around a pull request is followed.</summary>
public sealed class HealingMemoryTests
{
    private const string Policy = "version: 1\nprofile: pss-baseline\n";

    [Fact]
    public async Task What_was_closed_stays_closed_when_another_rule_is_asked_for()
    {
        await using var stage = await ClosedAsync();
        stage.Write(".selfheal.yaml", "version: 1\nprofile: own\nprofiles:\n  own: {extends: [pss-baseline], rules: [no-read-only-root-fs]}\n").Push();
        var report = await stage.PassAsync();
        Assert.True(report.Findings > 1, "the other rule finds something");
        Assert.DoesNotContain(stage.Requests(), request => request.Body.Contains("pss-privileged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_closed_stays_closed_when_its_file_is_moved()
    {
        await using var stage = await ClosedAsync();
        stage.Work.Delete("pod.yaml");
        stage.Write("apps/shop/pod.yaml", HealingStage.Pod("shop")).Push();
        await stage.PassAsync();
        Assert.Empty(stage.Requests());
    }

    [Fact]
    public async Task What_was_closed_in_one_file_is_open_in_another_that_has_the_same_object()
    {
        await using var stage = await ClosedAsync();
        stage.Write("other/pod.yaml", HealingStage.Pod("shop")).Push();
        await stage.PassAsync();
        Assert.Contains("`other/pod.yaml:", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_merged_and_taken_back_is_not_proposed_again()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        HealingStage.Edit(Assert.Single(stage.Requests()).Where, "state: open", "state: merged");
        await stage.PassAsync();
        stage.Pull();
        Assert.Contains("privileged: false", stage.Show("main", "pod.yaml"), StringComparison.Ordinal);
        stage.Write("pod.yaml", HealingStage.Pod("shop")).Push();
        for (var i = 0; i < 2; i++)
        {
            await stage.PassAsync();
            Assert.Empty(stage.Requests());
        }

        Assert.Contains("### Declined (1)", await File.ReadAllTextAsync(stage.Dashboard), StringComparison.Ordinal);

        // Another object is another question.
        stage.Write("pod.yaml", HealingStage.Pod("shop").Replace(":1.0.0", ":1.0.1", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.Single(stage.Requests());
    }

    [Fact]
    public async Task Other_owners_take_the_place_of_the_first()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var first = Assert.Single(stage.Requests());
        stage.Write("CODEOWNERS", "* @ann\n").Push();
        var report = await stage.PassAsync();
        Assert.Contains(report.Events, done => done.Act == PassAct.Withdrawn);
        await stage.PassAsync();
        var second = Assert.Single(stage.Requests());
        Assert.NotEqual(first.Number, second.Number);
        Assert.Contains("@ann", second.Body, StringComparison.Ordinal);
        Assert.Contains(stage.Requests(PullRequestState.ClosedUnmerged), request => request.Number == first.Number && request.Labels.Contains(Declines.WithdrawnLabel));
    }

    [Fact]
    public async Task A_heavier_tier_takes_the_place_of_a_lighter_one()
    {
        await using var stage = new HealingStage().Write("role.yaml", HealingStage.Binding("shop")).Push();
        stage.Change = Classed(NamespaceClass.Development);
        await stage.PassAsync();
        var first = Assert.Single(stage.Requests());
        Assert.Equal(Tier.Human, DeliveryNote.Find(first.Body)!.Tier);
        stage.Change = Classed(NamespaceClass.System);
        stage.Write("role.yaml", "# one line more\n" + HealingStage.Binding("shop")).Push();
        await stage.PassAsync();
        await stage.PassAsync();
        Assert.Equal(Tier.Dual, DeliveryNote.Find(Assert.Single(stage.Requests()).Body)!.Tier);

        static Func<HealingSettings, HealingSettings> Classed(NamespaceClass @class) => settings => settings with { Namespaces = new([new(@class, "shop")]) };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_base_that_is_written_anew_makes_no_branch_somebody_elses(bool isFromTheRoot)
    {
        await using var stage = Stage();
        if (!isFromTheRoot)
        {
            stage.Write("README.md", "A shop.\n").Push();
        }

        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Work.Git("commit", "--quiet", "--amend", "--message=rewritten");
        stage.Write("pod.yaml", "# written anew\n" + HealingStage.Pod("shop")).Push();
        var report = await stage.PassAsync();
        Assert.DoesNotContain(report.Events, done => done.Act == PassAct.HandsOff);
        var again = Assert.Single(stage.Requests());
        Assert.Equal(request.Number, again.Number);
        Assert.StartsWith("# written anew\n", stage.Show(again.HeadBranch, "pod.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_that_is_written_anew_takes_what_it_held_out_of_the_branch()
    {
        await using var stage = Stage();
        stage.Write("secret.txt", "to be purged").Push();
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Work.Git("reset", "--quiet", "--hard", "HEAD^");
        stage.Write("README.md", "A shop.\n").Push();
        await stage.PassAsync();
        Assert.Equal(request.Number, Assert.Single(stage.Requests()).Number);
        Assert.Null(stage.Show(request.HeadBranch, "secret.txt"));
        Assert.NotNull(stage.Show(request.HeadBranch, "README.md"));
        var after = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(after, stage.Everything());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_holds_up_its_own_pull_request_alone()
    {
        await using var stage = Stage();
        stage.Write("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n").Write("old.yaml", HealingStage.Pod("shop").Replace("name: shell", "name: old", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.Equal(2, stage.Requests().Count);
        stage.Work.Delete("old.yaml");
        stage.Write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n").Push();
        var report = await stage.PassAsync();
        Assert.Single(report.Events, done => done.Act == PassAct.Withdrawn);
        Assert.Contains("pod.yaml", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_seen_for_a_year_is_forgotten()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var store = (await stage.ToolsAsync()).Store;
        await store.SeeFindingsAsync("git.example.com/shop", ["gone"], stage.Clock.Now, default);
        stage.Clock.Now += TimeSpan.FromDays(366);
        await stage.PassAsync();
        Assert.Equal(stage.Clock.Now, (await store.SeeFindingsAsync("git.example.com/shop", ["gone"], stage.Clock.Now, default))["gone"]);
    }

    [Fact]
    public async Task What_was_left_to_somebody_is_written_down_once()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var branch = Assert.Single(stage.Requests()).HeadBranch;
        stage.Work.Git("fetch", "--quiet", "origin", branch);
        stage.Work.Git("checkout", "--quiet", "--detach", "FETCH_HEAD");
        stage.Write("pod.yaml", HealingStage.Pod("shop") + "# mine\n");
        stage.Work.Commit();
        stage.Work.Git("push", "--quiet", "origin", $"HEAD:refs/heads/{branch}");
        for (var i = 0; i < 3; i++)
        {
            await stage.PassAsync();
        }

        var log = await File.ReadAllTextAsync(Directory.EnumerateFiles(stage.StateOf("bot"), "*.jsonl", SearchOption.AllDirectories).Single());
        Assert.Equal(2, log.Split("delivery.left-alone").Length);
    }

    private static async Task<HealingStage> ClosedAsync()
    {
        var stage = Stage();
        await stage.PassAsync();
        HealingStage.Edit(Assert.Single(stage.Requests()).Where, "state: open", "state: closed");
        await stage.PassAsync();
        Assert.Empty(stage.Requests());
        return stage;
    }

    private static HealingStage Stage() => new HealingStage().Write("pod.yaml", HealingStage.Pod("shop")).Write(".selfheal.yaml", Policy).Push();
}
