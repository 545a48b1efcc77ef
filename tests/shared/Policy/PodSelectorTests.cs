using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class PodSelectorTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("null", false)]
    [InlineData("{matchLabels: {}}", true)]
    [InlineData("{matchLabels: {app: web}}", true)]
    [InlineData("{matchLabels: {app: web, tier: null}}", false)]
    [InlineData("{matchLabels: {app: till}}", false)]
    [InlineData("{matchLabels: {app: web, team: shop}}", false)]
    [InlineData("{matchLabels: {empty: \"\"}}", true)]
    [InlineData("{matchLabels: {app: \"${APP}\"}}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [till, web]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [till]}]}", false)]
    [InlineData("{matchExpressions: [{key: team, operator: In, values: [shop]}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn, values: [till]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false)]
    [InlineData("{matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: Exists}]}", true)]
    [InlineData("{matchExpressions: [{key: team, operator: Exists}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: DoesNotExist}]}", false)]
    [InlineData("{matchExpressions: [{key: team, operator: DoesNotExist}]}", true)]
    [InlineData("{matchLabels: {app: web}, matchExpressions: [{key: team, operator: Exists}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: In}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: Exists, values: [web]}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: Is, values: [web]}]}", false)]
    public void Finds_what_the_API_server_finds(string selector, bool matches)
    {
        var root = Read(selector);
        Assert.Equal(matches, PodSelector.Of(root[Name.Selector]).Matches(root[Name.Labels]));
    }

    [Theory]
    [InlineData("{matchLabels: {team: shop}}", true)]
    [InlineData("{matchLabels: {app: till, team: shop}}", false)]
    [InlineData("{matchLabels: {team: shop}, matchExpressions: [{key: team, operator: In, values: [shop]}]}", true)]
    [InlineData("{matchLabels: {team: shop}, matchExpressions: [{key: team, operator: DoesNotExist}]}", false)]
    [InlineData("{matchExpressions: [{key: team, operator: Exists}]}", false)]
    public void Knows_whether_more_labels_would_do(string selector, bool matches)
    {
        var root = Read(selector);
        Assert.Equal(matches, PodSelector.Of(root[Name.Selector]).WouldMatch(root[Name.Labels]));
    }

    [Fact]
    public void Takes_the_plain_map_of_the_older_kinds()
    {
        var root = Read("{app: web}");
        Assert.True(PodSelector.OfMap(root[Name.Selector]).Matches(root[Name.Labels]));
        Assert.False(PodSelector.OfMap(root[Name.Selector]).IsEmpty);
    }

    [Fact]
    public void Says_nothing_against_more_labels_than_any_pod_has()
    {
        var many = string.Join(", ", Enumerable.Range(0, 129).Select(i => $"l{i}: x"));
        var root = Read($"{{matchLabels: {{{many}}}}}");
        Assert.True(PodSelector.Of(root[Name.Selector]).Matches(root[Name.Labels]));
    }

    private static Field Read(string selector) => new ManifestReader()
        .Read(new SourceText("a.yaml", Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: X\nselector: {selector}\nlabels: {{app: web, empty: null}}\n")), isNamed: true)
        .Single().Document.Snapshot().Root;
}
