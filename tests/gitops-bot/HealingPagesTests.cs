using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>What people do by hand to the bot's pages and branches, and what must not come of it.</summary>
public sealed class HealingPagesTests
{
    [Fact]
    public async Task A_tick_to_make_it_anew_is_answered_once_where_somebody_has_committed()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        Commit(stage, request.HeadBranch, "# mine\n");
        await stage.PassAsync();
        for (var i = 0; i < 2; i++)
        {
            HealingStage.Edit(request.Where, "- [ ] <!-- selfheal:regenerate", "- [x] <!-- selfheal:regenerate");
            await stage.PassAsync();
            var after = stage.Everything();
            Assert.Contains("- [ ] <!-- selfheal:regenerate", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
            Assert.Single(await CommentsAsync(stage, request.Number), comment => comment.Body.Contains("puts the branch back", StringComparison.Ordinal));
            await stage.PassAsync();
            Assert.Equal(after, stage.Everything());
        }
    }

    [Fact]
    public async Task A_fingerprint_that_was_moved_to_another_page_captures_nothing()
    {
        await using var stage = Stage().Write("other.yaml", HealingStage.Pod("shop", "other")).Push();
        await stage.PassAsync();
        var (one, other) = (Request(stage, "pod.yaml"), Request(stage, "other.yaml"));
        HealingStage.Edit(one.Where, $"fp={one.Fingerprint!.Value.Value}", $"fp={other.Fingerprint!.Value.Value}");
        stage.Write("other.yaml", "# moved\n" + HealingStage.Pod("shop", "other")).Push();
        await stage.PassAsync();
        Assert.All(stage.Requests(), request => Assert.Contains(request.HeadBranch == one.HeadBranch ? "`pod.yaml:" : "`other.yaml:", request.Body, StringComparison.Ordinal));
        await stage.PassAsync();
        Assert.Equal(one.Number, Request(stage, "pod.yaml").Number);
        Assert.Equal(other.Number, Request(stage, "other.yaml").Number);
        Assert.Equal(one.HeadBranch, Request(stage, "pod.yaml").HeadBranch);
        Assert.Equal(2, stage.Requests().Count);
        var after = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(after, stage.Everything());
    }

    [Fact]
    public async Task What_somebody_has_led_to_another_branch_is_not_merged_there()
    {
        await using var stage = Stage();
        stage.Change = settings => settings with { Merges = new HashSet<Tier> { Tier.Human } };
        stage.Work.Git("push", "--quiet", "origin", "HEAD:refs/heads/production");
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        stage.Approve(request, "ann");
        HealingStage.Edit(request.Where, "base: \"main\"", "base: \"production\"");
        stage.Clock.Now += TimeSpan.FromHours(1);
        var before = stage.Head("production");
        var report = await stage.PassAsync();
        Assert.Equal(before, stage.Head("production"));
        Assert.Contains(report.Events, done => done.Why?.Contains("production", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Two_bases_of_a_repository_leave_each_other_alone()
    {
        await using var stage = Stage().Write("image.yaml", HealingStage.Pod("shop", "image").Replace("1.0.0", "latest", StringComparison.Ordinal)).Write(".selfheal.yaml", "version: 1\nprofile: default\n").Push();
        stage.Work.Git("push", "--quiet", "origin", "HEAD:refs/heads/release");

        // On the other one, all is well.
        stage.Work.Delete("pod.yaml");
        stage.Work.Delete("image.yaml");
        stage.Push();
        await PassAsync("release");
        var (requests, issues) = (stage.Requests().Select(each => each.Number).ToList(), stage.Issues().Select(each => each.Number).ToList());
        Assert.NotEmpty(requests);
        Assert.Contains(stage.Issues(), issue => issue.Title != Dashboard.Title);
        var report = await PassAsync("main");
        Assert.DoesNotContain(report.Events, done => done.Act == PassAct.Withdrawn);
        Assert.Equal(requests, stage.Requests().Select(each => each.Number));
        Assert.Subset(stage.Issues().Select(each => each.Number).ToHashSet(), issues.ToHashSet());

        Task<PassReport> PassAsync(string @base)
        {
            stage.Change = settings => settings with { IssuesFrom = Policy.Severity.Warning, Scan = settings.Scan with { Base = BranchName.Parse(@base) } };
            return stage.PassAsync();
        }
    }

    private static HealingStage Stage() => new HealingStage().Write("pod.yaml", HealingStage.Pod("shop")).Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Push();

    private static void Commit(HealingStage stage, string branch, string more)
    {
        stage.Work.Git("fetch", "--quiet", "origin", branch);
        stage.Work.Git("checkout", "--quiet", "--detach", "FETCH_HEAD");
        stage.Write("pod.yaml", stage.Show(branch, "pod.yaml") + more);
        stage.Work.Commit();
        stage.Work.Git("push", "--quiet", "origin", $"HEAD:refs/heads/{branch}");
        stage.Work.Git("checkout", "--quiet", "main");
    }

    private static async Task<IReadOnlyList<Comment>> CommentsAsync(HealingStage stage, int number) => await stage.Forge.ListCommentsAsync(number, CancellationToken.None);

    private static PullRequest Request(HealingStage stage, string file) =>
        Assert.Single(stage.Requests(), request => request.Body.Contains($"`{file}:", StringComparison.Ordinal));
}
