using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>The whole flow on a local forge: what people and the bot do to each other's pull requests.</summary>
public sealed class HealingTests
{
    private static readonly string Web = HealingStage.Web("        securityContext:\n          privileged: true\n");

    private const string Job = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: once
          namespace: shop
        spec:
          template:
            spec:
              restartPolicy: Never
              hostPID: true
              containers:
              - name: once
                image: registry.example.com/shop/once:1.0.0

        """;

    [Fact]
    public async Task What_is_wrong_becomes_pull_requests_that_change_just_that()
    {
        await using var stage = Stage();
        var report = await stage.PassAsync();

        Assert.Null(report.Failure);
        var requests = stage.Requests();
        Assert.Equal(2, requests.Count);
        var web = Request(stage, "web.yaml");
        Assert.Contains("`Deployment shop/web`", web.Body, StringComparison.Ordinal);
        var mended = stage.Show(web.HeadBranch, "web.yaml")!;
        Assert.Contains("privileged: false", mended, StringComparison.Ordinal);
        Assert.Contains("name: web   # the front", mended, StringComparison.Ordinal);
        Assert.Equal(Web, stage.Show("main", "web.yaml"));
        Assert.Equal(Job, stage.Show(web.HeadBranch, "job.yaml"));
        Assert.Contains("pss-privileged", web.Body, StringComparison.Ordinal);
        Assert.Contains(DeliveryNote.Find(web.Body)!.Head!, stage.Head(web.HeadBranch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_pass_changes_nothing()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var before = stage.Everything();
        stage.Clock.Now += TimeSpan.FromHours(3);
        var report = await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
        Assert.All(report.Events, done => Assert.Equal(PassAct.Unchanged, done.Act));
    }

    [Fact]
    public async Task A_second_pass_shows_what_is_open_as_the_first_did()
    {
        // The issue is opened between the pull requests, by its rank.
        await using var stage = Stage();
        stage.Change = settings => settings with { IssuesFrom = Policy.Severity.Warning };
        stage.Write(".selfheal.yaml", "version: 1\nprofile: default\n").Write("role.yaml", HealingStage.Binding("kube-system")).Push();
        var opened = (await stage.PassAsync()).Events.Where(done => done.Act == PassAct.Opened).Select(done => done.Where!.Contains("issues", StringComparison.Ordinal)).ToList();
        Assert.True(opened.IndexOf(true) < opened.LastIndexOf(false), "an issue comes before a pull request");
        var before = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
    }

    [Fact]
    public async Task What_would_be_opened_is_called_what_it_is_called_then()
    {
        await using var stage = Stage();
        stage.Change = settings => settings with { IssuesFrom = Policy.Severity.Warning };
        stage.Write(".selfheal.yaml", "version: 1\nprofile: all\n").Push();
        var shown = (await stage.PassAsync(isDryRun: true)).Titles.Values.Order(StringComparer.Ordinal);
        await stage.PassAsync();
        Assert.Equal(stage.Requests().Select(request => request.Title).Concat(stage.Issues().Where(issue => issue.Title != Dashboard.Title).Select(issue => issue.Title)).Order(StringComparer.Ordinal), shown);
    }

    [Fact]
    public async Task Another_bot_with_nothing_in_its_store_changes_nothing_either()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var before = stage.Everything();
        await stage.PassAsync("other");
        Assert.Equal(before, stage.Everything());
    }

    [Fact]
    public async Task A_dry_run_shows_all_and_does_nothing()
    {
        await using var stage = Stage();
        var before = stage.Everything();
        var report = await stage.PassAsync(isDryRun: true);
        Assert.Equal(before, stage.Everything());
        Assert.True(report.Queue.Count(item => item.IsAdmitted) >= 2);
    }

    [Fact]
    public async Task What_was_closed_stays_closed_until_its_object_changes()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var web = Request(stage, "web.yaml");
        HealingStage.Edit(web.Where, "state: open", "state: closed");
        for (var i = 0; i < 2; i++)
        {
            await stage.PassAsync();
            Assert.DoesNotContain(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));
        }

        Assert.Contains("### Declined", await File.ReadAllTextAsync(stage.Dashboard), StringComparison.Ordinal);

        // The other file of the repository is another matter.
        stage.Write("job.yaml", Job.Replace("1.0.0", "1.0.1", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));

        stage.Write("web.yaml", Web.Replace("1.2.3", "1.2.4", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.Contains(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_declined_comes_again_when_somebody_ticks_it()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        HealingStage.Edit(Request(stage, "web.yaml").Where, "state: open", "state: closed");
        await stage.PassAsync();
        var page = await File.ReadAllTextAsync(stage.Dashboard);
        await File.WriteAllTextAsync(stage.Dashboard, page.Replace("- [ ] <!-- selfheal:revive", "- [x] <!-- selfheal:revive", StringComparison.Ordinal));
        await stage.PassAsync();
        var again = Request(stage, "web.yaml");
        await stage.PassAsync();
        Assert.Equal(again.Number, Request(stage, "web.yaml").Number);

        // And is declined anew when that is closed, too.
        HealingStage.Edit(again.Where, "state: open", "state: closed");
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merging_one_does_not_bring_back_another_that_was_closed()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        HealingStage.Edit(Request(stage, "web.yaml").Where, "state: open", "state: closed");
        HealingStage.Edit(Request(stage, "job.yaml").Where, "state: open", "state: merged");
        await stage.PassAsync();
        await stage.PassAsync();
        Assert.Empty(stage.Requests());
        Assert.Single(stage.Requests(PullRequestState.Merged));
        Assert.DoesNotContain("hostPID: true", stage.Show("main", "job.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_of_somebody_else_makes_the_branch_theirs()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var web = Request(stage, "web.yaml");
        stage.Work.Git("fetch", "--quiet", "origin", web.HeadBranch);
        stage.Work.Git("checkout", "--quiet", "--detach", "FETCH_HEAD");
        stage.Write("web.yaml", stage.Show(web.HeadBranch, "web.yaml") + "# mine\n").Work.Commit();
        stage.Work.Git("push", "--quiet", "origin", $"HEAD:refs/heads/{web.HeadBranch}");
        var theirs = stage.Head(web.HeadBranch);
        stage.Work.Git("checkout", "--quiet", "main");

        // Also where the base moves under it.
        stage.Write("web.yaml", Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        var before = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
        Assert.Equal(theirs, stage.Head(web.HeadBranch));
        Assert.Contains(PullRequestDelivery.HandsOffLabel, Request(stage, "web.yaml").Labels);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(stage.Pages, "comments", web.Number.ToString("0000", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task A_change_is_made_anew_when_its_file_has_moved_and_only_then()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var (web, job) = (Request(stage, "web.yaml"), Request(stage, "job.yaml"));
        var (webHead, jobHead) = (stage.Head(web.HeadBranch), stage.Head(job.HeadBranch));
        stage.Write("web.yaml", Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.Equal(jobHead, stage.Head(job.HeadBranch));
        Assert.NotEqual(webHead, stage.Head(web.HeadBranch));
        Assert.Contains("replicas: 3", stage.Show(web.HeadBranch, "web.yaml"), StringComparison.Ordinal);
        Assert.Contains("privileged: false", stage.Show(web.HeadBranch, "web.yaml"), StringComparison.Ordinal);
        Assert.Equal(web.Number, Request(stage, "web.yaml").Number);
    }

    [Fact]
    public async Task What_is_approved_is_made_anew_only_on_conflict()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var web = Request(stage, "web.yaml");
        var head = stage.Head(web.HeadBranch);
        stage.Approve(web, "ann");
        stage.Write("web.yaml", "# a line above\n" + Web).Push();
        await stage.PassAsync();
        Assert.Equal(head, stage.Head(web.HeadBranch));

        stage.Write("web.yaml", Web.Replace("privileged: true", "privileged: true  # really", StringComparison.Ordinal)).Push();
        await stage.PassAsync();
        Assert.NotEqual(head, stage.Head(web.HeadBranch));
    }

    [Fact]
    public async Task What_somebody_has_mended_is_taken_back_and_does_not_count_as_declined()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var job = Request(stage, "job.yaml");
        stage.Work.Delete("job.yaml");
        stage.Push();
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Requests(), request => request.Number == job.Number);
        Assert.Equal("", stage.Head(job.HeadBranch));

        stage.Write("job.yaml", Job).Push();
        await stage.PassAsync();
        Assert.Contains(stage.Requests(), request => request.Body.Contains("job.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_snoozed_change_comes_back_when_its_time_is_over()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        HealingStage.Edit(Request(stage, "web.yaml").Where, "- [ ] <!-- selfheal:snooze", "- [x] <!-- selfheal:snooze");
        await stage.PassAsync();
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));
        stage.Clock.Now += Controls.SnoozeTime + TimeSpan.FromMinutes(1);
        await stage.PassAsync();
        Assert.Contains(stage.Requests(), request => request.Body.Contains("web.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_put_off_and_is_opened_again_stays_open()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var page = Request(stage, "web.yaml").Where;
        HealingStage.Edit(page, "- [ ] <!-- selfheal:snooze", "- [x] <!-- selfheal:snooze");
        await stage.PassAsync();
        HealingStage.Edit(page, "state: closed", "state: open");
        stage.Clock.Now += TimeSpan.FromHours(1);

        await stage.PassAsync();
        await stage.PassAsync();

        var open = Request(stage, "web.yaml");
        Assert.Equal(page, open.Where);
        Assert.False(Controls.WantsSnooze(open.Body));
        Assert.Null(DeliveryNote.Find(open.Body)!.Until);
        var everything = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(everything, stage.Everything());

        // It may be put off again.
        HealingStage.Edit(page, "- [ ] <!-- selfheal:snooze", "- [x] <!-- selfheal:snooze");
        await stage.PassAsync();
        Assert.DoesNotContain(stage.Requests(), request => request.Where == page);
    }

    [Fact]
    public async Task A_snoozed_issue_is_done_with_in_the_pass_that_sees_the_tick()
    {
        await using var stage = Stage();
        stage.Write(".selfheal.yaml", "version: 1\nprofile: default\n").Push();
        stage.Change = settings => settings with { IssuesFrom = Policy.Severity.Warning };
        await stage.PassAsync();
        var issue = Assert.Single(stage.Issues(), issue => issue.Title.Contains("job.yaml", StringComparison.Ordinal));
        HealingStage.Edit(issue.Where, "- [ ] <!-- selfheal:snooze", "- [x] <!-- selfheal:snooze");
        await stage.PassAsync();
        var after = stage.Everything();
        Assert.DoesNotContain(stage.Issues(), open => open.Number == issue.Number);
        await stage.PassAsync();
        Assert.Equal(after, stage.Everything());
    }

    [Fact]
    public async Task Of_two_issues_that_say_the_same_the_older_one_stays()
    {
        await using var stage = Stage();
        stage.Write(".selfheal.yaml", "version: 1\nprofile: default\n").Push();
        stage.Change = settings => settings with { IssuesFrom = Policy.Severity.Warning };
        await stage.PassAsync();
        var issues = stage.Issues();
        foreach (var issue in issues)
        {
            File.Copy(issue.Where, Path.Combine(Path.GetDirectoryName(issue.Where)!, $"{issue.Number + 100:0000}.md"));
        }

        Assert.Equal(2 * issues.Count, stage.Issues().Count);
        await stage.PassAsync();
        Assert.Equal(issues.Select(issue => issue.Number), stage.Issues().Select(issue => issue.Number));
        var after = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(after, stage.Everything());
    }

    [Fact]
    public async Task A_tick_makes_a_change_anew()
    {
        await using var stage = Stage();
        await stage.PassAsync();
        var web = Request(stage, "web.yaml");
        var head = stage.Head(web.HeadBranch);
        stage.Clock.Now += TimeSpan.FromMinutes(1);
        HealingStage.Edit(web.Where, "- [ ] <!-- selfheal:regenerate", "- [x] <!-- selfheal:regenerate");
        await stage.PassAsync();
        Assert.NotEqual(head, stage.Head(web.HeadBranch));
        var after = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(after, stage.Everything());
    }

    [Fact]
    public async Task Limits_hold_per_tier_and_a_tick_on_the_dashboard_goes_past_them()
    {
        await using var stage = Stage();
        stage.Change = settings => settings with
        {
            Budget = new() { Limits = Enum.GetValues<Tier>().ToDictionary(tier => tier, _ => new TierLimits(1, 1)), Cooldown = TimeSpan.Zero },
        };
        await stage.PassAsync();
        Assert.Single(stage.Requests());

        // What waits grows in rank with every minute; nobody is told of that.
        var before = stage.Everything();
        stage.Clock.Now += TimeSpan.FromHours(5);
        await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
        HealingStage.Edit(stage.Dashboard, "- [ ] <!-- selfheal:deliver", "- [x] <!-- selfheal:deliver");
        await stage.PassAsync();
        Assert.Equal(2, stage.Requests().Count);
        Assert.DoesNotContain("[x]", await File.ReadAllTextAsync(stage.Dashboard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_bots_at_once_open_one_pull_request_each()
    {
        for (var round = 0; round < 3; round++)
        {
            await using var stage = Stage();
            await Task.WhenAll(Task.Run(() => stage.PassAsync("one")), Task.Run(() => stage.PassAsync("two")));
            await stage.PassAsync("one");
            Assert.Equal(2, stage.Requests().Count);
            Assert.Equal(2, stage.Requests().Select(request => request.HeadBranch).Distinct().Count());
            Assert.Single(stage.Issues(), issue => issue.Title == Dashboard.Title);
        }
    }

    private static HealingStage Stage() => new HealingStage().Write("web.yaml", Web).Write("job.yaml", Job).Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Push();

    private static PullRequest Request(HealingStage stage, string file) =>
        Assert.Single(stage.Requests(), request => request.Body.Contains($"`{file}:", StringComparison.Ordinal));
}
