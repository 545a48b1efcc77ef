using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Bot.Tests.Registry;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>From <c>latest</c> to a digest that a registry vouches for, and to nothing where it does not.</summary>
public sealed class HealingEvidenceTests
{
    private static string Pod(string image) => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: api
          namespace: dev
        spec:
          containers:
          - name: api
            image: {image}

        """;

    [Fact]
    public async Task Latest_becomes_the_digest_and_the_version_with_the_evidence_quoted()
    {
        await using var registry = new FakeRegistry();
        var image = SampleImage.Of("1000");
        registry.Push("shop/api", image, "latest", "1.4.2");
        await ShowsEvidence(registry.Host);
    }

    [DebianRegistryFact]
    public async Task The_same_with_Debians_registry()
    {
        await using var registry = await DebianRegistry.StartAsync();
        await registry.PushAsync("shop/api", SampleImage.Of("1000"), "latest", "1.4.2");
        await ShowsEvidence(registry.Host);
    }

    [Fact]
    public async Task A_registry_that_is_away_changes_nothing_and_is_named()
    {
        await using var stage = Stage("127.0.0.1:1/shop/api");
        using var images = new RegistryImages(Asking.Of("127.0.0.1:1"), TimeProvider.System);
        stage.Change = settings => settings with { Images = images };
        var report = await stage.PassAsync();
        Assert.Empty(stage.Requests());
        Assert.Contains(report.Problems, problem => problem.Contains("127.0.0.1:1", StringComparison.Ordinal));
        Assert.Contains(report.Refused, file => file.Findings.Any(refused => refused.Finding.Rule.Id == "latest-tag"));
    }

    [Fact]
    public async Task A_registry_that_goes_away_takes_nothing_back()
    {
        await using var registry = new FakeRegistry();
        registry.Push("shop/api", SampleImage.Of("1000"), "latest", "1.4.2");
        await using var stage = Stage($"{registry.Host}/shop/api");
        using var images = new RegistryImages(Asking.Of(registry.Host), TimeProvider.System);
        stage.Change = settings => settings with { Images = images };
        await stage.PassAsync();
        var open = Assert.Single(stage.Requests());
        stage.Change = settings => settings;
        await stage.PassAsync();
        Assert.Equal(open.Number, Assert.Single(stage.Requests()).Number);
    }

    [Fact]
    public async Task The_last_good_value_of_history_is_proposed_again()
    {
        await using var stage = Stage("registry.example.com/shop/api:1.4.1");
        stage.Write("pod.yaml", Pod("registry.example.com/shop/api:latest")).Push();
        stage.Clock.Now = TimeProvider.System.GetUtcNow();
        await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        Assert.Contains("image: registry.example.com/shop/api:1.4.1", stage.Show(request.HeadBranch, "pod.yaml"), StringComparison.Ordinal);
        Assert.Contains("on evidence of the history", request.Body, StringComparison.Ordinal);
        Assert.Contains("`commit ", request.Body, StringComparison.Ordinal);
    }

    private static async Task ShowsEvidence(string host)
    {
        await using var stage = Stage($"{host}/shop/api");
        using var images = new RegistryImages(Asking.Of(host), TimeProvider.System);
        stage.Change = settings => settings with { Images = images };
        await stage.PassAsync();
        PullRequest request = Assert.Single(stage.Requests());
        Assert.Matches($"image: {host}/shop/api:1[.]4[.]2@sha256:[0-9a-f]{{64}}\n", stage.Show(request.HeadBranch, "pod.yaml")!);
        Assert.Contains("on evidence of a registry", request.Body, StringComparison.Ordinal);
        Assert.Contains("the manifest's bytes have that digest", request.Body, StringComparison.Ordinal);

        // And is done with: another pass changes nothing.
        var before = stage.Everything();
        await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
        Assert.NotNull(DeliveryNote.Find(request.Body));
    }

    private static HealingStage Stage(string image) => new HealingStage()
        .Write("pod.yaml", Pod(image)).Write(".selfheal.yaml", "version: 1\nprofiles:\n  tags:\n    rules: [latest-tag]\nprofile: tags\n").Push();
}
