using System.Net;
using SelfHealGitOps.Webhook.Policies;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Policies;

public sealed class PolicyReloadTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Takes_a_new_file_and_counts_its_generation()
    {
        await using var webhook = await StartAsync("version: 1\nprofile: all\n");
        Assert.Equal(1, webhook.Get<PolicyHolder>().Current!.Generation);

        folder.Write("policy.yaml", "version: 1\nprofile: pss-baseline\n");

        await Eventually.Async(() => webhook.Get<PolicyHolder>().Current is { Generation: 2, Profile: "pss-baseline" });
        Assert.Equal(2, await webhook.MetricAsync("selfheal_policy_generation"));
    }

    [Theory]
    [InlineData("version: 1\nprofil: all\n")]
    [InlineData("version: 2\n")]
    [InlineData("version: [\n")]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("version: 1\nprofile: nosuch\n")]
    public async Task Keeps_the_old_policy_when_the_new_file_is_broken_and_recovers(string broken)
    {
        await using var webhook = await StartAsync("version: 1\nprofile: pss-baseline\n");
        var before = webhook.Get<PolicyHolder>().Current;

        folder.Write("policy.yaml", broken);
        await Eventually.Async(() => webhook.Get<PolicyHolder>().ReloadFailures == 1);

        Assert.Same(before, webhook.Get<PolicyHolder>().Current);
        Assert.Equal(1, await webhook.MetricAsync("selfheal_policy_reload_failures_total"));
        Assert.Equal(0, await webhook.MetricAsync("selfheal_policy_last_reload_successful"));
        Assert.Equal(HttpStatusCode.OK, (await webhook.Client.GetAsync("/readyz")).StatusCode);

        folder.Write("policy.yaml", "version: 1\nprofile: all\n");
        await Eventually.Async(() => webhook.Get<PolicyHolder>().Current!.Generation == 2);
        Assert.Equal(1, await webhook.MetricAsync("selfheal_policy_last_reload_successful"));
    }

    [Fact]
    public async Task Keeps_the_old_policy_when_the_file_vanishes_and_is_content_when_it_is_back()
    {
        const string Text = "version: 1\nprofile: pss-baseline\n";
        await using var webhook = await StartAsync(Text);
        var before = webhook.Get<PolicyHolder>().Current;

        File.Delete(folder.File("policy.yaml"));
        await Eventually.Async(() => !webhook.Get<PolicyHolder>().LastReloadSucceeded);
        folder.Write("policy.yaml", Text);
        await Eventually.Async(() => webhook.Get<PolicyHolder>().LastReloadSucceeded);

        Assert.Same(before, webhook.Get<PolicyHolder>().Current);
        Assert.Equal(1, webhook.Get<PolicyHolder>().ReloadFailures);
    }

    [Fact]
    public async Task Follows_the_links_that_Kubernetes_swaps()
    {
        Directory.CreateDirectory(folder.File("..1"));
        Directory.CreateDirectory(folder.File("..2"));
        folder.Write("..1/policy.yaml", "version: 1\nprofile: all\n");
        folder.Write("..2/policy.yaml", "version: 1\nprofile: pss-baseline\n");
        Directory.CreateSymbolicLink(folder.File("..data"), "..1");
        File.CreateSymbolicLink(folder.File("policy.yaml"), "..data/policy.yaml");
        await using var webhook = await RunningWebhook.StartAsync(RunningWebhook.Options with { Policy = folder.File("policy.yaml") });

        Directory.CreateSymbolicLink(folder.File("..data_tmp"), "..2");
        Directory.Delete(folder.File("..data"));
        Directory.Move(folder.File("..data_tmp"), folder.File("..data"));

        await Eventually.Async(() => webhook.Get<PolicyHolder>().Current!.Profile == "pss-baseline");
    }

    [Fact]
    public async Task Takes_no_content_that_it_has_seen_but_once()
    {
        await using var webhook = await StartAsync("version: 1\nprofile: all\n");
        var reload = webhook.Get<PolicyReload>();
        await reload.StopAsync(CancellationToken.None);

        folder.Write("policy.yaml", "version: 1\n");
        reload.Look();
        folder.Write("policy.yaml", "version: 1\nprofile: pss-baseline\n");
        reload.Look();
        Assert.Equal("all", webhook.Get<PolicyHolder>().Current!.Profile);

        reload.Look();
        Assert.Equal("pss-baseline", webhook.Get<PolicyHolder>().Current!.Profile);
    }

    [Fact]
    public void Says_all_that_is_wrong_at_the_start()
    {
        var file = folder.Write("policy.yaml", "version: 1\nprofil: all\nkubernetesVersion: x\n");

        var failed = Assert.IsType<PolicyLoading.Failed>(PolicyLoading.Parse(PolicyLoading.Read(file), null, 1));

        Assert.Equal(2, failed.Problems.Count);
        Assert.All(failed.Problems, problem => Assert.Matches(@"policy\.yaml:\d+:\d+: ", problem));
    }

    [Theory]
    [InlineData("nosuch", null)]
    [InlineData(null, "nosuch.yaml")]
    public async Task Does_not_start_without_a_policy(string? profile, string? file)
    {
        var options = RunningWebhook.Options with { Profile = profile, Policy = file is null ? null : folder.File(file) };

        Assert.Equal(1, await WebhookHost.RunAsync(options, CancellationToken.None));
    }

    [Fact]
    public async Task Never_tears_a_review_when_the_policy_changes()
    {
        // One policy refuses, the other observes nothing: whatever comes between, each answer is one of the two, whole.
        await using var webhook = await StartAsync("version: 1\nprofile: pss-baseline\n");
        var holder = webhook.Get<PolicyHolder>();
        var strict = holder.Current!;
        var loose = Assert.IsType<PolicyLoading.Loaded>(
            PolicyLoading.Parse(new("p", "version: 1\nprofiles:\n  none:\n    rules: [latest-tag]\nprofile: none\n"u8.ToArray(), null), null, 2)).Policy;
        using var end = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                holder.Replace(i % 2 == 0 ? loose : strict);
            }
        });
        var verdicts = new HashSet<bool>();
        for (var i = 0; i < 300; i++)
        {
            var answer = await webhook.ReviewAsync("/validate", Review.PrivilegedPod);
            var allowed = (bool)answer["allowed"]!;
            verdicts.Add(allowed);
            Assert.Equal(allowed, answer["auditAnnotations"] is null);
            if (!allowed)
            {
                Assert.Equal(strict.Digest, (string?)answer["auditAnnotations"]!["policy"]);
            }
        }

        await end.CancelAsync();
        await swapping;
        Assert.Equal(2, verdicts.Count);
    }

    private Task<RunningWebhook> StartAsync(string policy) =>
        RunningWebhook.StartAsync(RunningWebhook.Options with { Policy = folder.Write("policy.yaml", policy) });
}
