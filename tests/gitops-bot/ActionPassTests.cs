using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Actions;
using SelfHealGitOps.Bot.Tests.Deliver;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>Actions as a whole pass meets them: a repository, a forge, a state folder and a cluster in memory.</summary>
public sealed class ActionPassTests : IDisposable
{
    private static readonly Proposal.Act Delete = new(Shop.Make("delete-pod", Shop.Pod), "it hangs");
    private static readonly Proposal.Act Restart = new(Shop.Make("restart-rollout", Shop.Web), "it answers 503");

    private readonly HealingStage stage = new();
    private readonly Shop shop;
    private NamespaceClasses namespaces = NamespaceClasses.Default;
    private IReadOnlyList<Proposal.Act> wanted = [];
    private bool runs = true;

    public ActionPassTests()
    {
        shop = new(stage.Clock);
        // Another pod that is ready: so that there are as many as are wanted once one is gone.
        shop.SeedPod("web-2-b", "ReplicaSet", "web-2");
        stage.Change = settings => settings with
        {
            Cluster = new("prod", shop.Fake), RunsActions = runs, Namespaces = namespaces, Actions = wanted
        };
        stage.Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Write("apps/web.yaml", HealingStage.Web("")).Write("CODEOWNERS", "* @ann\n/apps/ @bob @ann\n").Push();
    }

    public void Dispose() => stage.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Proposed_twice_it_is_one_issue_that_a_pass_leaves_alone()
    {
        Assert.Equal(PassAct.Opened, await ProposeAsync(Restart));
        var issue = Assert.Single(stage.Issues());
        Assert.Contains("| In Git | `apps/web.yaml` |", issue.Body, StringComparison.Ordinal);
        Assert.Equal(PassAct.Unchanged, await ProposeAsync(Restart));
        await stage.PassAsync();
        var before = stage.Everything();
        Assert.Contains(issue.Title, stage.Issues().Single(each => each.Number != issue.Number).Body, StringComparison.Ordinal);
        await stage.PassAsync();
        await ProposeAsync(Restart);
        Assert.Equal(before, stage.Everything());
        Assert.Equal(0, Writes);
    }

    [Fact]
    public async Task What_the_owner_wants_becomes_an_issue_in_a_pass()
    {
        wanted = [Restart];
        Assert.Contains((await stage.PassAsync()).Events, done => done.Act == PassAct.Opened && done.What.StartsWith("restart-rollout", StringComparison.Ordinal));
        var before = stage.Everything();
        Assert.DoesNotContain((await stage.PassAsync()).Events, done => done.Act is PassAct.Opened or PassAct.Updated or PassAct.Failed);
        Assert.Equal(before, stage.Everything());
    }

    /// <summary>Whoever may write into the folder is somebody, and never two.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_knows_nobody_and_says_so(bool isDual)
    {
        if (isDual)
        {
            namespaces = new([new(NamespaceClass.System, "shop")]);
            shop.SeedNeighbours();
        }

        var act = isDual ? new Proposal.Act(Shop.Make("undo-rollout", Shop.Web), "it went wrong") : Delete;
        Assert.Equal(PassAct.Opened, await ProposeAsync(act));
        var issue = Assert.Single(stage.Issues());
        Assert.Contains(
            isDual ? "| Who may approve | nobody: it takes two code owners, and this forge does not know who is who |" : "| Who may approve | whoever may write here |",
            issue.Body, StringComparison.Ordinal);
        Assert.Contains("Here, a comment is a file: `comments/`", issue.Body, StringComparison.Ordinal);
        Assert.Contains("it has three lines: `---`, `by: ` with a name, and `---`", issue.Body, StringComparison.Ordinal);
        Say(issue.Number, 2, "ann", "/approve");
        Say(issue.Number, 3, "bob", "/approve");
        var done = (await stage.PassAsync()).Events.First(each => each.What == issue.Title);
        Assert.Equal(isDual ? (PassAct.Unchanged, "dual: waits for two code owners, whom this forge cannot tell from each other") : (PassAct.Withdrawn, "done by the bot"), (done.Act, done.Why));
        Assert.Equal((isDual ? 0 : 1, isDual), (Writes, stage.Issues().Any(each => each.Number == issue.Number)));
    }

    /// <summary>The lease stands between a pass and its forge: who is who has to come through it.</summary>
    [Fact]
    public async Task Under_the_lease_of_a_pass_only_owners_are_heard()
    {
        var forge = new PeopleForge();
        await stage.ProposeAsync(Delete, forge: forge);
        forge.Say(1, "mallory", "/approve");
        await stage.PassAsync(forge: forge);
        Assert.Equal(0, Writes);
        Assert.Contains(forge.Comments(1), comment => comment.IsOwn && comment.Body.StartsWith("`/approve` by `mallory` changes nothing", StringComparison.Ordinal));
        forge.Say(1, "ann", "/approve");
        await stage.PassAsync(forge: forge);
        Assert.Equal(1, Writes);
        Assert.Equal(IssueState.Closed, forge.Issue(1).State);
        await stage.PassAsync(forge: forge);
        Assert.Equal(1, Writes);
    }

    [Fact]
    public async Task What_no_file_has_is_for_the_owners_of_everything()
    {
        var forge = new PeopleForge();
        await stage.ProposeAsync(Delete, forge: forge);
        Assert.Contains("| Who may approve | one of `@ann` |", forge.Issue(1).Body, StringComparison.Ordinal);
        await stage.ProposeAsync(Restart, forge: forge);
        Assert.Contains("| Who may approve | one of `@ann`, `@bob` |", forge.Issue(2).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cluster_and_for_another_one_nothing_is_proposed()
    {
        var other = new Proposal.Act(((Bot.Actions.ActionChoice.Chosen)Bot.Actions.ActionCatalogue.Choose("other", "delete-pod", "pod", "shop", "web-2-a", new Dictionary<string, string>())).Action, "it hangs");
        Assert.Equal(PassAct.Held, await ProposeAsync(other));
        stage.Change = settings => settings;
        Assert.Equal(PassAct.Held, await ProposeAsync(Delete));
        Assert.Empty(stage.Issues());
        Assert.Empty(shop.Fake.Calls);
    }

    [Fact]
    public async Task What_must_not_be_done_is_refused_and_said()
    {
        await shop.Change(Shop.Web, """{"spec":{"paused":true}}""");
        var report = await stage.ProposeAsync(Restart);
        var done = Assert.Single(report.Events);
        Assert.Equal(PassAct.Failed, done.Act);
        Assert.Contains("spec.paused is true", done.Why, StringComparison.Ordinal);
        Assert.Empty(stage.Issues());
    }

    [Fact]
    public async Task While_another_bot_is_at_it_nothing_is_proposed()
    {
        var tools = await stage.ToolsAsync();
        var settings = HealingStage.Settings(stage.Bare, stage.Forge);
        Assert.IsType<LeaseAnswer.Granted>(await tools.Store.AcquireLeaseAsync($"pass {Bot.Git.CloneCache.Name(settings.Repository)}", "another", TimeSpan.FromMinutes(1), default));
        Assert.Contains("another", (await stage.ProposeAsync(Restart)).Failure, StringComparison.Ordinal);
        Assert.Empty(stage.Issues());
    }

    [Fact]
    public async Task Where_the_owner_does_not_let_the_bot_act_a_pass_gives_the_commands()
    {
        runs = false;
        await ProposeAsync(Restart);
        Say(1, 2, "ann", "/approve");
        await stage.PassAsync();
        Assert.Equal(0, Writes);
        Assert.Contains("selfheal/approved", stage.Issues().Single(each => each.Number == 1).Labels);
        Assert.Contains("kubectl -n shop rollout restart deployment/web", File.ReadAllText(Path.Combine(stage.Pages, "comments", "0001", "0003.md")), StringComparison.Ordinal);
        Say(1, 4, "ann", "/done");
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Issues(), each => each.Number == 1);
    }

    private int Writes => shop.Fake.Writes.Count(call => call.Type != ResourceTypes.SelfSubjectAccessReviews && call.Subresource is null && !call.IsDryRun && call.Verb is "delete" or "patch");

    private async Task<PassAct> ProposeAsync(Proposal.Act act) => Assert.Single((await stage.ProposeAsync(act)).Events).Act;

    private void Say(int issue, int number, string by, string text) =>
        File.WriteAllText(Path.Combine(stage.Pages, "comments", $"{issue:0000}", $"{number:0000}.md"), $"---\nby: {by}\n---\n{text}\n");
}
