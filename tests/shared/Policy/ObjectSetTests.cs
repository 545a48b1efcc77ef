using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class ObjectSetTests
{
    /// <summary>Random sets, some with a file that has changed: what the index finds is what one finds who looks at every pod.</summary>
    [Fact]
    public void Finds_the_pods_that_looking_at_all_of_them_finds()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (first, second, changed) = (Pods(random, "a.yaml"), Pods(random, "b.yaml"), Pods(random, "a.yaml"));
            var set = ObjectSet.Of([.. first, .. second]);
            Compare(set, [.. first, .. second], random, seed);
            Compare(set.With("a.yaml", changed), [.. changed, .. second], random, seed);
            Compare(set.With("b.yaml", first).With("a.yaml", changed), [.. changed, .. second], random, seed);
        }
    }

    [Fact]
    public void Looks_at_the_pods_with_the_rarest_label_only()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, labels: {{app: a{i}, tier: web}}}}\n");
        }

        var index = new ObjectIndex(Read(text.ToString(), "all.yaml"));
        var selector = LabelSelector.OfLabels(Read("apiVersion: v1\nkind: Service\nspec: {selector: {tier: web, app: a7}}\n", "s.yaml")[0].Root["spec"]["selector"]);
        Assert.Single(index.Candidates("", selector));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{matchLabels: {app: web}}", true)]
    [InlineData("{matchLabels: {app: api}}", false)]
    [InlineData("{matchLabels: {app: web, tier: x}}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: In, values: [api, web]}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: NotIn, values: [api]}, {key: gone, operator: NotIn, values: [x]}]}", true)]
    [InlineData("{matchExpressions: [{key: gone, operator: DoesNotExist}, {key: app, operator: Exists}]}", true)]
    [InlineData("{matchExpressions: [{key: app, operator: Is, values: [web]}]}", false)]
    [InlineData("{matchExpressions: [{key: app, operator: In}]}", false)]
    [InlineData("{matchExpressions: [{operator: Exists}]}", false)]
    [InlineData("{matchExpressions: [7, {key: {a: b}, operator: [x], values: 3}]}", false)]
    public void Selects_as_the_API_server_does(string selector, bool isMatch)
    {
        var root = Read($"apiVersion: v1\nkind: X\nspec: {{selector: {selector}, labels: {{app: web}}}}\n", "x.yaml")[0].Root["spec"];
        Assert.Equal(isMatch, LabelSelector.Of(root["selector"]).Matches(root["labels"]));
    }

    private static void Compare(ObjectSet set, List<SetObject> all, Random random, int seed)
    {
        foreach (var @namespace in (string[])["", "shop", "other"])
        {
            var pairs = Enumerable.Range(0, random.Next(3)).Select(i => $"k{i}: v{random.Next(3)}");
            var selector = LabelSelector.OfLabels(Read($"apiVersion: v1\nkind: X\nspec: {{{string.Join(", ", pairs)}}}\n", "x.yaml")[0].Root["spec"]);
            var expected = all.Where(each => each.Namespace == @namespace && each.Pods.Any(pod => selector.Matches(pod.Metadata["labels"]))).Select(each => each.Name);
            Assert.True(expected.Order().SequenceEqual(set.PodsMatching(@namespace, selector).Select(pod => pod.Owner.Name).Order()), $"seed {seed}: {selector}");
        }

        Assert.Equal(all.Select(each => each.Name).Order(), set.OfKind("Pod").Select(each => each.Name).Order());
        Assert.All(all, each => Assert.Contains(each, set.Named("Pod", each.Name)));
    }

    private static List<SetObject> Pods(Random random, string file)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var labels = string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(key => $"k{key}: v{random.Next(3)}"));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{random.Next()}, namespace: {((string[])["''", "shop", "other"])[random.Next(3)]}, labels: {{{labels}}}}}\n");
        }

        return Read(text.ToString(), file);
    }

    private static List<SetObject> Read(string text, string file) =>
        [.. FileReading.Read(new ManifestReader(), new SourceText(file, Encoding.UTF8.GetBytes(text)), isNamed: true).Objects];
}
