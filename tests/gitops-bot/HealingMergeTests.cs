using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>What the bot merges by itself, and what it never does.</summary>
public sealed class HealingMergeTests
{
    private static readonly TimeSpan ChecksTime = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task What_is_approved_is_merged_at_the_commit_that_was_verified()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        await stage.PassAsync();
        Assert.Single(stage.Requests());

        stage.Approve(request, "ann");
        await stage.PassAsync();
        Assert.Single(stage.Requests());
        stage.Clock.Now += ChecksTime;
        var report = await stage.PassAsync();
        Assert.Contains(report.Events, done => done.Act == PassAct.Merged);
        Assert.Contains("privileged: false", stage.Show("main", "pod.yaml"), StringComparison.Ordinal);

        // And has had its outcome, for the ranking.
        await stage.PassAsync();
        Assert.Contains(await stage.OutcomesAsync(), outcome => outcome is { Kind: OutcomeKind.Merged, Rule: "pss-privileged" });
    }

    [Fact]
    public async Task An_approval_of_another_commit_is_none()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        HealingStage.Approve(Assert.Single(stage.Requests()), new string('a', 40), "ann");
        stage.Clock.Now += ChecksTime;
        await stage.PassAsync();
        Assert.Single(stage.Requests());
    }

    [Fact]
    public async Task A_check_that_fails_or_has_not_ended_keeps_it_open()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        var head = stage.Head(request.HeadBranch);
        HealingStage.Approve(request, head, "ann");
        stage.Clock.Now += ChecksTime;
        foreach (var state in new[] { CheckState.Pending, CheckState.Failure })
        {
            await stage.Forge.EnsureStatusAsync(head, new("ci", state, ""), CancellationToken.None);
            await stage.PassAsync();
            Assert.Single(stage.Requests());
        }

        await stage.Forge.EnsureStatusAsync(head, new("ci", CheckState.Success, ""), CancellationToken.None);
        await stage.PassAsync();
        Assert.Empty(stage.Requests());
    }

    [Fact]
    public async Task Nothing_is_merged_in_a_freeze()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Clock.Now += ChecksTime;
        var (open, now) = (stage.Change, stage.Clock.Now.UtcDateTime);
        stage.Change = settings => open(settings) with { Budget = HealingStage.Unlimited with { Freezes = [new FreezeWindow.Once("sale", now.AddHours(-1), now.AddHours(1), TimeZoneInfo.Utc)] } };
        await stage.PassAsync();
        Assert.Single(stage.Requests());
        stage.Clock.Now += TimeSpan.FromHours(1);
        await stage.PassAsync();
        Assert.Empty(stage.Requests());
    }

    [Fact]
    public async Task What_lists_do_not_say_is_asked_for_before_a_merge()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync(forge: ListsNoMergeability.Of(stage.Forge));
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Clock.Now += ChecksTime;
        await stage.PassAsync(forge: ListsNoMergeability.Of(stage.Forge));
        Assert.Empty(stage.Requests());
    }

    [Fact]
    public async Task What_is_refused_by_now_is_not_merged()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Clock.Now += ChecksTime;

        // The note says that other objects were proved.
        HealingStage.Edit(request.Where, "rendered=", "rendered=0");
        var report = await stage.PassAsync();
        Assert.Single(stage.Requests());
        Assert.Contains(report.Events, done => done is { Act: PassAct.Held, Why: "it was proved with less when it was opened" });
    }

    [Fact]
    public async Task What_is_approved_is_merged_when_its_file_has_moved_and_its_objects_have_not()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Write("pod.yaml", "# a line above\n" + HealingStage.Pod("dev")).Push();
        stage.Clock.Now += ChecksTime;
        var report = await stage.PassAsync();
        Assert.Contains(report.Events, done => done.Act == PassAct.Merged);
        Assert.StartsWith("# a line above\n", stage.Show("main", "pod.yaml"), StringComparison.Ordinal);
        Assert.Contains("privileged: false", stage.Show("main", "pod.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approvals_fall_when_the_objects_have_changed_under_them()
    {
        await using var stage = Stage(Tier.Human);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        var head = stage.Head(request.HeadBranch);
        stage.Approve(request, "ann");
        await stage.PassAsync();
        Assert.Contains(await stage.Forge.ListChecksAsync(head, default), check => check is { Context: Approvals.Context, State: CheckState.Success });
        stage.Write("pod.yaml", HealingStage.Pod("dev").Replace("name: shell\n  namespace", "name: shell\n  labels: {app: shell}\n  namespace", StringComparison.Ordinal)).Push();
        stage.Clock.Now += ChecksTime;
        for (var i = 0; i < 2; i++)
        {
            await stage.PassAsync();
            Assert.Equal(head, stage.Head(Assert.Single(stage.Requests()).HeadBranch));
            Assert.Contains(await stage.Forge.ListChecksAsync(head, default), check => check is { Context: Approvals.Context, State: CheckState.Pending });
        }
    }

    [Fact]
    public async Task What_a_forge_takes_for_a_conflict_while_it_looks_keeps_its_approval()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        var head = stage.Head(request.HeadBranch);
        stage.Approve(request, "ann");
        stage.Write("pod.yaml", "# a line above\n" + HealingStage.Pod("dev")).Push();
        await stage.PassAsync(forge: ListsNoMergeability.Of(stage.Forge, Mergeability.Conflict));
        Assert.Equal(head, stage.Head(request.HeadBranch));
    }

    [Fact]
    public async Task What_the_owner_does_not_allow_is_not_merged()
    {
        await using var stage = Stage(Tier.Auto);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        stage.Clock.Now += ChecksTime;
        await stage.PassAsync();
        Assert.Single(stage.Requests());
    }

    [Fact]
    public async Task A_note_that_somebody_edited_lowers_no_tier()
    {
        await using var stage = Stage(Tier.Auto);
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        HealingStage.Edit(request.Where, "tier=human", "tier=auto");
        stage.Clock.Now += ChecksTime;
        await stage.PassAsync();
        Assert.Single(stage.Requests());
    }

    [Fact]
    public async Task Dual_stays_open_where_the_forge_knows_nobody()
    {
        // Roles of the system weigh the most.
        await using var stage = new HealingStage { Change = Allow([Tier.Human, Tier.Dual], NamespaceClasses.Default) }.Write("CODEOWNERS", "* @ann @bob\n").Write("role.yaml", HealingStage.Binding("kube-system")).Push();
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests(), each => DeliveryNote.Find(each.Body) is not null);
        var tier = DeliveryNote.Find(request.Body)!.Tier;
        stage.Approve(request, "ann", "bob");
        stage.Clock.Now += ChecksTime;
        await stage.PassAsync();
        Assert.Equal(tier == Tier.Dual ? 1 : 0, stage.Requests().Count);
        Assert.Equal(Tier.Dual, tier);
    }

    private static HealingStage Stage(params Tier[] merges) => new HealingStage { Change = Allow(merges, NamespaceClasses.Default) }
        .Write("pod.yaml", HealingStage.Pod("dev")).Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Push();

    private static Func<HealingSettings, HealingSettings> Allow(IEnumerable<Tier> merges, NamespaceClasses namespaces) =>
        settings => settings with { Merges = merges.ToHashSet(), Namespaces = namespaces };
}
