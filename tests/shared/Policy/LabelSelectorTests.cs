using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class LabelSelectorTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("{matchLabels: {}, matchExpressions: []}", true)]
    [InlineData("{matchLabels: {app: web}}", true)]
    [InlineData("{matchLabels: {app: web, tier: null}}", false)]
    [InlineData("{matchLabels: {app: Web}}", false)]
    [InlineData("{matchLabels: {empty: \"\"}}", true)]
    [InlineData("{matchLabels: {none: \"\"}}", false)]
    [InlineData("{matchLabels: {version: 1}}", true)]
    [InlineData("{matchLabels: {later: \"${APP}\"}}", true)]
    [InlineData("{matchLabels: {app: \"${APP}\"}}", false)]
    [InlineData("{matchLabels: {app: web}, matchExpressions: [{key: none, operator: Exists}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [till, web]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [till]}]}", false)]
    [InlineData("{matchExpressions: [{key: none, operator: In, values: [\"\"]}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn, values: [till]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false)]
    [InlineData("{matchExpressions: [{key: none, operator: NotIn, values: [web]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: Exists}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: Exists, values: []}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: DoesNotExist}]}", false)]
    [InlineData("{matchExpressions: [{key: none, operator: DoesNotExist}]}", true)]
    public void Matches_as_the_API_server_does(string selector, bool matches)
    {
        var (wanted, labels) = Read(selector);
        Assert.Null(wanted.Problem());
        Assert.Equal(matches, wanted.Matches(labels));
    }

    [Theory]
    [InlineData("7", "the labels are no map")]
    [InlineData("[app]", "the labels are no map")]
    [InlineData("{matchLabels: app}", "the labels are no map")]
    [InlineData("{matchExpressions: {key: app}}", "matchExpressions is no list")]
    [InlineData("{matchExpressions: [{key: app, operator: Is}]}", "the operator 'Is' is none of In, NotIn, Exists and DoesNotExist")]
    [InlineData("{matchExpressions: [{key: app}]}", "the operator null is none of In, NotIn, Exists and DoesNotExist")]
    [InlineData("{matchExpressions: [null]}", "'' is no key of a label")]
    [InlineData("{matchExpressions: [{operator: Exists}]}", "'' is no key of a label")]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn}]}", "the operator NotIn has no values")]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: web}]}", "the values of an expression are no list")]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [{}]}]}", "a map is no value of a label")]
    [InlineData("{matchExpressions: [{key: none, operator: DoesNotExist, values: [a]}]}", "the operator DoesNotExist has values")]
    [InlineData("{matchLabels: {a/b/c: web}}", "'a/b/c' is no key of a label")]
    [InlineData("{matchLabels: {Example.com/app: web}}", "'Example.com/app' is no key of a label")]
    [InlineData("{matchLabels: {-app: web}}", "'-app' is no key of a label")]
    [InlineData("{matchLabels: {app: a b}}", "'a b' is no value of a label")]
    [InlineData("{matchLabels: {app: [web]}}", "a list is no value of a label")]
    public void Matches_nothing_that_the_API_server_would_refuse(string selector, string problem)
    {
        var (wanted, labels) = Read(selector);
        Assert.Equal(problem, wanted.Problem());
        Assert.False(wanted.Matches(labels));
        Assert.NotNull(wanted.ToString());
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_value_has_at_most_63_characters(int length, bool isValid) =>
        Assert.Equal(isValid, Read($"{{matchLabels: {{app: {new string('a', length)}}}}}").Selector.IsValid);

    [Fact]
    public void Ignores_what_it_is_told_to()
    {
        var root = Root("{app: web, hash: abc}");
        var wanted = LabelSelector.OfLabels(root[Name.Selector], new WordList(["hash"]));
        Assert.True(wanted.Matches(root[Name.Labels]));
        Assert.Equal("app=web", wanted.ToString());
        Assert.True(LabelSelector.OfLabels(root[Name.Selector], new WordList(["hash", "app"])).IsEmpty);
    }

    [Fact]
    public void Reads_as_kubectl_takes_it() => Assert.Equal(
        "app=web, tier in (a, b), team notin (x), !canary, zone",
        Read("""
            {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}, {key: team, operator: NotIn, values: [x]},
            {key: canary, operator: DoesNotExist}, {key: zone, operator: Exists}]}
            """.ReplaceLineEndings("")).Selector.ToString());

    private static (LabelSelector Selector, Field Labels) Read(string selector)
    {
        var root = Root(selector);
        return (LabelSelector.Of(root[Name.Selector]), root[Name.Labels]);
    }

    private static Field Root(string selector) => new ManifestReader()
        .Read(new SourceText("a.yaml", Encoding.UTF8.GetBytes($$"""
            apiVersion: v1
            kind: X
            selector: {{selector}}
            labels: {app: web, empty: null, version: "1", later: "${APP}"}
            """)), isNamed: true)
        .Single().Document.Snapshot().Root;
}
