using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Schemas;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What a rule says it judges is what the API server sends the webhook: a kind that is forgotten is a hole, one too many a risk.</summary>
public sealed class JudgedKindTests
{
    public static TheoryData<string> Ids => [.. Catalogue.All.Select(rule => rule.Info.Id)];

    public static TheoryData<string> ObjectRuleIds => [.. Catalogue.All.OfType<ObjectRule>().Select(rule => rule.Info.Id)];

    public static TheoryData<string> Corpus => ["kube-linter", "manifests", "psa", "repos"];

    /// <summary>The kinds that some rule names.</summary>
    private static IEnumerable<ResourceKind> Named =>
        Catalogue.All.SelectMany(rule => rule.Judges).Where(kind => kind != ResourceKind.Any).Distinct();

    [Theory]
    [MemberData(nameof(Ids))]
    public void Finds_nothing_on_a_kind_that_is_not_declared(string id)
    {
        foreach (var each in RuleCase.All.Where(each => each.Rule.Info.Id == id))
        {
            foreach (var file in (string[])["bad.yaml", "good.yaml"])
            {
                if (each.Read(file) is { } source)
                {
                    CheckAll(source, each.AllRules, each.Settings);
                }
            }
        }
    }

    [CorporaTheory("manifests")]
    [MemberData(nameof(Corpus))]
    public void Finds_nothing_in_a_corpus_on_a_kind_that_is_not_declared(string corpus)
    {
        var objects = 0;
        var files = Directory.EnumerateFiles(Corpora.PathOf(corpus), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json");
        foreach (var file in files)
        {
            objects += CheckAll(new SourceText(Path.GetFileName(file), File.ReadAllBytes(file)), Catalogue.All, PolicySettings.Default);
        }

        Assert.True(objects > 100, $"only {objects} objects");
    }

    /// <summary>The same fields under another kind: what is forgotten in a fixture is found here.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Finds_nothing_on_a_violation_of_another_kind(string id)
    {
        var rule = Catalogue.All.Single(rule => rule.Info.Id == id);
        var others = ResourceKind.Pods.Concat(Named).Append(new("coordination.k8s.io", "Lease", "leases")).Append(new("", "Node", "nodes")).Distinct().ToList();
        foreach (var source in RuleCase.All.Where(each => each.Rule.Info.Id == id).Select(each => each.Read("bad.yaml")!))
        {
            foreach (var root in Objects(source))
            {
                if (JsonTree.ToJson(root) is not JsonObject tree)
                {
                    continue;
                }

                foreach (var kind in others)
                {
                    tree["apiVersion"] = kind.Group.Length == 0 ? kind.Versions[0] : $"{kind.Group}/{kind.Versions[0]}";
                    tree["kind"] = kind.Kind;
                    CheckAll(new SourceText("other.json", Encoding.UTF8.GetBytes(tree.ToJsonString())), [rule], PolicySettings.Default);
                }
            }
        }
    }

    /// <summary>What is sent because of a rule, some fixture of the rule has; of the many kinds that hold pods, one.</summary>
    [Theory]
    [MemberData(nameof(ObjectRuleIds))]
    public void Has_a_violation_of_each_kind_that_it_names(string id)
    {
        var named = Catalogue.All.Single(rule => rule.Info.Id == id).Judges.Where(kind => kind != ResourceKind.Any).ToList();
        var judged = RuleCase.All.Where(each => each.Rule.Info.Id == id).SelectMany(each => Objects(each.Read("bad.yaml")!)).ToList();
        if (named.Any(kind => ResourceKind.Pods.Contains(kind)))
        {
            Assert.Contains(judged, root => named.Any(kind => kind.Holds(root) && ResourceKind.Pods.Contains(kind)));
        }

        Assert.All(
            named.Where(kind => !ResourceKind.Pods.Contains(kind)),
            kind => Assert.True(judged.Any(kind.Holds), $"{id} names {kind}, and no fixture of it has one"));
    }

    [Fact]
    public void Named_kinds_are_served_under_that_resource_and_scope()
    {
        var served = File.ReadLines(Path.Combine(RuleCase.Root, "api-resources.txt"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .ToDictionary(part => (Group: part[2] == "-" ? "" : part[2], Kind: part[3]), part => (Resource: part[0], IsNamespaced: part[1] == "true"));
        foreach (var kind in Named.Concat(ResourceKind.Pods))
        {
            // What one version of Kubernetes does not serve was extensions', or is a custom resource.
            Assert.Equal(served.GetValueOrDefault((kind.Group, kind.Kind), (Plural(kind.Kind), !kind.Kind.StartsWith("Cluster", StringComparison.Ordinal) && kind.Kind != "SecurityContextConstraints")), (kind.Resource, kind.IsNamespaced));
        }
    }

    [Fact]
    public void Kinds_of_Kubernetes_name_every_version_since_it_was_first_served()
    {
        string[] all = ["v1", "v1alpha1", "v1beta1", "v1beta2", "v2", "v2alpha1", "v2beta1", "v2beta2"];
        foreach (var kind in Named.Concat(ResourceKind.Pods))
        {
            var known = all.Where(version => Enumerable.Range(16, 21).Any(minor => SchemaTable.Kubernetes.Find(
                Encoding.UTF8.GetBytes(kind.Group.Length == 0 ? version : $"{kind.Group}/{version}"), Encoding.UTF8.GetBytes(kind.Kind), minor) >= 0));
            Assert.True(known.All(kind.Versions.Contains), $"{kind} is served as {string.Join(", ", known)}, and named as {string.Join(", ", kind.Versions)}");
            Assert.NotEmpty(kind.Versions);
            Assert.Equal(kind.Versions.Order(StringComparer.Ordinal), kind.Versions);
        }
    }

    [Fact]
    public void Every_rule_judges_some_kind_at_creation_and_at_update() => Assert.All(Catalogue.All, rule =>
    {
        Assert.NotEmpty(rule.Judges);
        Assert.Equal(Operations.Create | Operations.Update, rule.JudgesAt);
        Assert.Same(rule.Judges, rule.Judges);
    });

    private static int CheckAll(SourceText source, IEnumerable<Rule> rules, PolicySettings settings)
    {
        var byId = rules.ToDictionary(rule => rule.Info.Id);
        var set = new RuleSet(byId.Values);
        var subject = new Subject();
        var findings = new FindingList();
        var read = FileReading.Read(new ManifestReader(), source, isNamed: false);
        var objects = ObjectSet.Of(read.Objects);
        var count = 0;
        foreach (var root in Objects(read))
        {
            subject.Load(root, settings);
            set.Check(subject, item: null, findings, objects);
            count++;
            foreach (var finding in findings)
            {
                Assert.True(
                    byId[finding.Rule.Id].Judges.Any(kind => kind.Holds(root)),
                    $"{source.File}: {finding.Rule.Id} found something on {finding.Object}: {finding.Message}");
            }
        }

        return count;
    }

    private static List<Field> Objects(SourceText source) => Objects(FileReading.Read(new ManifestReader(), source, isNamed: true));

    private static List<Field> Objects(FileReading read)
    {
        var roots = new List<Field>();
        foreach (var reading in read.Documents.Where(reading => reading.Problem is null && reading.Kind == DocumentKind.Manifest))
        {
            foreach (var (root, _) in reading.Document.Manifests())
            {
                roots.Add(root);
            }
        }

        return roots;
    }

    private static string Plural(string kind)
    {
        var name = kind.ToLowerInvariant();
        return name.EndsWith("ss", StringComparison.Ordinal) ? $"{name}es"
            : name.EndsWith('s') ? name
            : name.EndsWith('y') ? $"{name[..^1]}ies"
            : $"{name}s";
    }
}
