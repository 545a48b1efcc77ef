using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Tests;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>The oracle is held to the official pods itself, or it would prove nothing.</summary>
public sealed class PodOracleTests
{
    [CorporaTheory("psa")]
    [InlineData("baseline")]
    [InlineData("restricted")]
    public void Judges_the_official_pods_as_the_standard_does(string level)
    {
        foreach (var file in Directory.GetFiles(Corpora.PathOf("psa", level), "*.yaml", SearchOption.AllDirectories))
        {
            var pod = new ManifestReader().Read(new SourceText(file, File.ReadAllBytes(file)), isNamed: true).Select(reading => JsonTree.ToJson(reading.Document.Root)!.AsObject()).First();

            Assert.True(PodOracle.IsDecodable(pod), file);
            var found = PodOracle.Violations(pod, level == "restricted");
            Assert.True(found.Count > 0 == (Path.GetFileName(Path.GetDirectoryName(file)) == "fail"), $"{file}: {string.Join("; ", found)}");
        }
    }

    [Fact]
    public void Finds_every_poison_and_nothing_in_a_pod_without()
    {
        Assert.Empty(PodOracle.Violations(Objects.Pod(), isRestricted: true));
        foreach (var poison in PodPoisons.All)
        {
            var spec = Objects.RestrictedSpec();
            poison.Apply(spec);
            Assert.NotEmpty(PodOracle.Violations(Objects.Pod(spec), isRestricted: true));
        }
    }

    [Theory]
    [InlineData("""{"hostNetwork": "true"}""", false)]
    [InlineData("""{"hostNetwork": null}""", true)]
    [InlineData("""{"containers": {"name": "c"}}""", false)]
    [InlineData("""{"containers": [null]}""", false)]
    [InlineData("""{"containers": [{"securityContext": []}]}""", false)]
    [InlineData("""{"containers": [{"ports": [{"hostPort": "80"}]}]}""", false)]
    [InlineData("""{"containers": [{"ports": [{"hostPort": 80.5}]}]}""", false)]
    [InlineData("""{"unknown": "true"}""", true)]
    public void Knows_what_the_API_server_does_not_decode(string spec, bool isDecodable)
    {
        Assert.Equal(isDecodable, PodOracle.IsDecodable(Objects.Pod(JsonNode.Parse(spec)!.AsObject())));
    }
}
