using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class PodTemplateTests
{
    [Theory]
    [InlineData("v1", "Pod")]
    [InlineData("v1", "PodTemplate")]
    [InlineData("v1", "ReplicationController")]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("batch/v1", "Job")]
    [InlineData("batch/v1", "CronJob")]
    public void Finds_no_pod_where_the_spec_is_absent(string apiVersion, string kind)
    {
        var root = Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: x}}\n");
        Assert.False(PodTemplate.TryFind(root, out var template));
        Assert.False(template.Spec.Exists);
        Assert.True(PodTemplate.IsHeldBy(root));
    }

    [Theory]
    [InlineData("v1", "Service")]
    [InlineData("serving.knative.dev/v1", "Deployment")]
    [InlineData("apps/v1", "deployment")]
    public void Knows_no_other_kinds(string apiVersion, string kind)
    {
        var root = Read($"apiVersion: {apiVersion}\nkind: {kind}\nspec: {{template: {{spec: {{containers: []}}}}}}\n");
        Assert.False(PodTemplate.TryFind(root, out _));
        Assert.False(PodTemplate.IsHeldBy(root));
    }

    private static Field Read(string yaml) =>
        new ManifestReader().Read(new SourceText("test.yaml", Encoding.UTF8.GetBytes(yaml)), isNamed: true).Single().Document.Root;
}
