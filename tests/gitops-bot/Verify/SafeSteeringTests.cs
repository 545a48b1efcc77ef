using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>A workload whose selector has a label of Helm: the rules keep its replicas apart by that very label.</summary>
public sealed class SafeSteeringTests
{
    private const string Before = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          replicas: 2
          selector:
            matchLabels:
              app.kubernetes.io/instance: shop
              app.kubernetes.io/name: web
          template:
            metadata:
              labels:
                app.kubernetes.io/instance: shop
                app.kubernetes.io/name: web
            spec:
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution: []
              containers:
                - name: web
                  image: registry.example.com/shop/web:1.2

        """;

    private const string OtherTerm = """
        preferredDuringSchedulingIgnoredDuringExecution:
                    - podAffinityTerm:
                        labelSelector:
                          matchLabels:
                            app: db
                        topologyKey: kubernetes.io/hostname
                      weight: 1
        """;

    private static readonly FieldPath Pod = FieldPath.Root.Key("spec").Key("template").Key("spec");
    private static readonly FieldPath Terms = Pod.Key("affinity").Key("podAntiAffinity").Key("preferredDuringSchedulingIgnoredDuringExecution");

    [Theory]
    [InlineData("preferredDuringSchedulingIgnoredDuringExecution: []")]
    [InlineData(OtherTerm)]
    public async Task The_term_of_the_rules_may_repeat_the_selector(string terms) =>
        Assert.Null(await SteeringOf(terms, new Edit.Append(Terms, Term())));

    [Fact]
    public async Task So_it_may_where_there_is_no_affinity_yet() =>
        Assert.Null(await SteeringOf(null, new Edit.Append(Terms, Term())));

    public static TheoryData<string> Others => ["another instance", "another weight", "another key", "another topology", "required", "affinity", "in front", "a constraint", "an annotation besides"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Nothing_else_may(string change)
    {
        Edit[] edits = change switch
        {
            "another instance" => [new Edit.Append(Terms, Term(instance: "bank"))],
            "another weight" => [new Edit.Append(Terms, Term(weight: 1))],
            "another key" => [new Edit.Append(Terms, Term(key: "helm.sh/chart"))],
            "another topology" => [new Edit.Append(Terms, Term(topologyKey: "topology.kubernetes.io/zone"))],
            "required" => [new Edit.Set(Pod.Key("affinity").Key("podAntiAffinity").Key("requiredDuringSchedulingIgnoredDuringExecution"), new Value.List([Placing()]))],
            "affinity" => [new Edit.Set(Pod.Key("affinity").Key("podAffinity").Key("preferredDuringSchedulingIgnoredDuringExecution"), new Value.List([Term()]))],
            "in front" => [new Edit.Set(Terms, new Value.List([Term(), Term(instance: "bank")]))],
            "a constraint" => [new Edit.Set(Pod.Key("topologySpreadConstraints"), new Value.List([Placing()]))],
            _ => [new Edit.Append(Terms, Term()), new Edit.Set(FieldPath.Root.Key("metadata").Key("annotations").Key("argocd.argoproj.io/hook"), "PostDelete")],
        };

        Assert.NotNull(await SteeringOf("preferredDuringSchedulingIgnoredDuringExecution: []", edits));
    }

    /// <summary>What the assertion finds broken; null for nothing.</summary>
    /// <param name="terms">In the place of those that the text has; null for no affinity at all.</param>
    private static async Task<string?> SteeringOf(string? terms, params Edit[] edits)
    {
        const string Affinity = "      affinity:\n        podAntiAffinity:\n          preferredDuringSchedulingIgnoredDuringExecution: []\n";
        var before = terms is null
            ? Before.Replace(Affinity, "", StringComparison.Ordinal)
            : Before.Replace("preferredDuringSchedulingIgnoredDuringExecution: []", terms, StringComparison.Ordinal);
        Assert.Equal(terms is not null, before.Contains("affinity:", StringComparison.Ordinal));
        var results = Proposals.Results(await Proposals.VerifyAsync(Proposals.Edited(before, edits), Proposals.Around(before, rules: Proposals.AllRules)));
        return results.Single(result => result.Gate == Gates.Safety).Details.Split('\n')
            .SingleOrDefault(line => line.StartsWith("broken  steering:", StringComparison.Ordinal));
    }

    private static Value.Map Term(
        string instance = "shop", string key = "app.kubernetes.io/name", string topologyKey = "kubernetes.io/hostname", int weight = 100) =>
        Map(("podAffinityTerm", Placing(instance, key, topologyKey)), ("weight", weight));

    private static Value.Map Placing(string instance = "shop", string key = "app.kubernetes.io/name", string topologyKey = "kubernetes.io/hostname") =>
        Map(
            ("labelSelector", Map(("matchLabels", Map(("app.kubernetes.io/instance", instance), (key, "web"))))),
            ("topologyKey", topologyKey));

    private static Value.Map Map(params (string Key, Value Value)[] entries) =>
        new([.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);
}
