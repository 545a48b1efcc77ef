using System.Globalization;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>An object of many containers takes time in proportion, or these would not end: it is what a hostile pull request would hold.</summary>
public sealed class LargeObjectTests
{
    [Fact]
    public void Mends_2000_containers()
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n  securityContext: {runAsUser: 1000}\n  containers:\n");
        for (var i = 0; i < 2000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - name: c{i}\n    image: registry.example/web:1\n    resources: {{limits: {{cpu: 1}}}}\n    securityContext: {{privileged: true}}\n");
        }

        var mender = new FileMender(new RuleSet(Catalogue.All), PolicySettings.Default);
        var mended = mender.Mend(new SourceText("a.yaml", Encoding.UTF8.GetBytes(text.ToString())), Safety.Review);

        Assert.True(mended.Fixed.Count > 10_000);
        Assert.DoesNotContain(mended.Remaining.Findings, finding => finding.Fix is not null);
    }

    [Fact]
    public void Judges_10_000_mounts_of_as_many_directories_of_the_node()
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n  volumes:\n");
        for (var i = 0; i < 10_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {{name: v{i}, hostPath: {{path: /etc}}}}\n");
        }

        text.Append("  containers:\n  - name: c\n    image: registry.example/web:1\n    volumeMounts:\n");
        for (var i = 0; i < 10_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    - {{name: v{i}, mountPath: /m{i}}}\n");
        }

        var findings = Judge.Text(text.ToString(), [new DockerSock(), new SensitiveHostMounts(), new WritableHostMount()]);

        Assert.Equal(20_000, findings.Count);
    }

    [Fact]
    public void Reads_1500_maps_merged_one_into_the_next()
    {
        var text = new StringBuilder("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata:\n  a0: &a0 {x: 1}\n");
        for (var i = 1; i < 1500; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  a{i}: &a{i} {{<<: *a{i - 1}, k{i}: 1}}\n");
        }

        Assert.Empty(Judge.Text(text.ToString(), [new UseNamespace()]));
    }
}
