using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>How far a change reaches, where no cluster can be asked.</summary>
public sealed class HealingReachTests
{
    private const string Web = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          namespace: shop
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: registry.example.com/shop/web:1.2.3
            securityContext:
              privileged: true

        """;

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: front
          namespace: shop
        spec:
          selector: {app: web}
          ports:
          - port: 80

        """;

    /// <summary>No rule of the profile looks at more than one object, and a change reaches the others all the same.</summary>
    [Fact]
    public async Task What_is_in_front_is_known_by_the_default_profile_too()
    {
        await using var stage = new HealingStage();
        stage.Write("web.yaml", Web).Write("front.yaml", Service).Push();

        await stage.PassAsync();

        Assert.Contains("shop/front", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_of_the_scan_feeds_others_all_the_same()
    {
        const string Kustomization = "resources:\n- ../../base\n";
        await using var stage = new HealingStage();
        stage.Write("base/web.yaml", Web).Write("base/kustomization.yaml", "resources: [web.yaml]\n")
            .Write("overlays/production/kustomization.yaml", Kustomization)
            .Write(".selfheal.yaml", "exclude: [overlays]\n")
            .Push();

        var report = await stage.PassAsync();

        Assert.Null(report.Failure);
        Assert.Contains("overlays/production", Assert.Single(stage.Requests()).Body, StringComparison.Ordinal);
    }
}
