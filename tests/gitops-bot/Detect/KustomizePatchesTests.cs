using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class KustomizePatchesTests
{
    [Theory]
    [InlineData("overlay/kustomization.yaml", "patches:\n- path: patch.yaml\n", "overlay/patch.yaml")]
    [InlineData("overlay/kustomization.yml", "kind: Kustomization\npatches:\n- path: ../shared/patch.yaml\n  target: {kind: Pod}\n", "shared/patch.yaml")]
    [InlineData("kustomization.yaml", "patchesStrategicMerge: [patch.yaml, other.yaml]\n", "patch.yaml")]
    [InlineData("Kustomization", "patches:\n- path: patch.yaml\n", "patch.yaml")]
    [InlineData("kustomization.yaml", "patchesJson6902:\n- path: patch.yaml\n", "patch.yaml")]
    public void A_patch_is_not_judged_and_not_mended(string kustomization, string text, string patch)
    {
        using var folder = new TempFolder().Write(kustomization, text).Write(patch, Samples.SafePod).Write("base/web.yaml", Samples.PrivilegedPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "-o", "json");

        Assert.Equal(1, (int)outcome.Json["summary"]!["documents"]!);
        Assert.All(outcome.Findings, finding => Assert.Equal("base/web.yaml", (string?)finding!["file"]));
        Assert.Equal(Samples.SafePod, folder.Read(patch));
    }

    [Fact]
    public void A_patch_that_is_named_is_known_by_the_kustomization_beside_it()
    {
        using var folder = new TempFolder().Write("kustomization.yaml", "patches:\n- path: patch.yaml\n").Write("patch.yaml", Samples.SafePod);

        Assert.Empty(SelfHeal.Run(folder.Root, "scan", "patch.yaml", "-o", "json").Findings);
    }

    [Theory]
    [InlineData("patches:\n- patch: |\n    kind: Pod\n")]
    [InlineData("patches: no list\n")]
    [InlineData("patches: [1, {path: {}}, {path: 2}]\n")]
    [InlineData("patches: [{path: \"\\0\"}, {path: web.yaml\n")]
    [InlineData("resources: [web.yaml]\n")]
    public void A_resource_is_judged_whatever_else_the_kustomization_says(string text)
    {
        using var folder = new TempFolder().Write("kustomization.yaml", text).Write("web.yaml", Samples.PrivilegedPod);

        Assert.NotEmpty(SelfHeal.Run(folder.Root, "scan", "-o", "json").Findings);
    }
}
