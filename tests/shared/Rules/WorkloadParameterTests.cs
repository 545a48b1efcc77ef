using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What changes when the owner sets a parameter of a rule for workloads or rights.</summary>
public sealed class WorkloadParameterTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels: {team: shop}
        spec:
          replicas: 2
          strategy:
            rollingUpdate: {maxSurge: 50%, maxUnavailable: 1}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              priorityClassName: gold
              dnsConfig: {options: [{name: ndots, value: "5"}]}
              affinity:
                podAntiAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                  - topologyKey: topology.kubernetes.io/zone
                    labelSelector: {matchLabels: {app: web}}
              containers: []
        """;

    [Theory]
    [InlineData("minimum-three-replicas", "minReplicas", "2", "")]
    [InlineData("minimum-three-replicas", "minReplicas", "5", "replicas is 2; must be at least 5")]
    [InlineData("no-anti-affinity", "minReplicas", "3", "")]
    [InlineData("no-anti-affinity", "topologyKey", "'^topology\\.kubernetes\\.io/'", "")]
    [InlineData("dnsconfig-options", "Value", "'5'", "")]
    [InlineData("dnsconfig-options", "Key", "timeout", "dnsConfig does not set the option timeout; must be '2'")]
    [InlineData("priority-class-name", "acceptedPriorityClassNames", "[gold]", "")]
    [InlineData("priority-class-name", "acceptedPriorityClassNames", "[]", "the pod names the priority class 'gold'; must be absent")]
    [InlineData("required-label-owner", "key", "'^team$'", "")]
    [InlineData("required-label-owner", "key", "'^te$'", "the object has no label '^te$'; must have one")]
    [InlineData("no-rolling-update-strategy", "strategyTypeRegex", "Recreate", "the type of the update strategy is absent, which means RollingUpdate; must match Recreate")]
    [InlineData("no-rolling-update-strategy", "maxSurge", "25%", "maxSurge is '50%'; must be no more than 25%")]
    [InlineData("no-rolling-update-strategy", "maxSurge", "75%", "")]
    [InlineData("no-rolling-update-strategy", "minSurge", "75%", "maxSurge is '50%'; must be at least 75%")]
    [InlineData("no-rolling-update-strategy", "maxPodsUnavailable", "1", "")]
    [InlineData("no-rolling-update-strategy", "minPodsUnavailable", "2", "maxUnavailable is 1; must be at least 2")]
    [InlineData("no-rolling-update-strategy", "maxPodsUnavailable", "50%", "maxUnavailable is 1; must be no more than 50%")]
    public void Judges_by_what_the_owner_sets(string id, string parameter, string value, string message)
    {
        var findings = Judge.Text(Deployment, [With(id, parameter, value)]);
        Assert.Equal(message, string.Join("\n", findings.Select(finding => finding.Message)));
    }

    [Theory]
    [InlineData("sorted-keys", "recursive", "false", "apiVersion: v1\nkind: X\nmetadata: {name: a, labels: {}}\n", 0)]
    [InlineData("sorted-keys", "recursive", "false", "kind: X\napiVersion: v1\nmetadata: {name: a, labels: {}}\n", 1)]
    [InlineData("hpa-minimum-three-replicas", "minReplicas", "1", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {maxReplicas: 4}\n", 0)]
    [InlineData("scc-deny-privileged-container", "AllowPrivilegedContainer", "false", "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nallowPrivilegedContainer: true\n", 0)]
    [InlineData("scc-deny-privileged-container", "AllowPrivilegedContainer", "false", "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\n", 1)]
    [InlineData("required-annotation-email", "value", "''", "apiVersion: v1\nkind: X\nmetadata: {annotations: {email: nobody}}\n", 0)]
    public void Judges_other_objects_by_it_too(string id, string parameter, string value, string text, int count) =>
        Assert.Equal(count, Judge.Text(text, [With(id, parameter, value)]).Count);

    [Theory]
    [InlineData("maxSurge", "25")]
    [InlineData("maxSurge", "''")]
    public void Takes_numbers_of_pods_as_texts_or_numbers(string parameter, string value) => With("no-rolling-update-strategy", parameter, value);

    [Theory]
    [InlineData("maxSurge", "some")]
    [InlineData("minPodsUnavailable", "101%")]
    [InlineData("minPodsUnavailable", "[1]")]
    public void Refuses_a_bound_that_makes_no_sense(string parameter, string value) =>
        Assert.Null(Read(Rule("no-rolling-update-strategy").Parameters.Single(each => each.Name == parameter), value));

    /// <summary>Bounds that no value meets at first are met after one fix.</summary>
    [Fact]
    public void Sets_the_nearer_bound()
    {
        var rule = With("no-rolling-update-strategy", "maxSurge", "25%");
        var mended = new FileMender(new RuleSet([rule]), PolicySettings.Default)
            .Mend(new SourceText("web.yaml", System.Text.Encoding.UTF8.GetBytes(Deployment)), Safety.Review, isNamed: true);
        Assert.Contains("rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}", System.Text.Encoding.UTF8.GetString(mended.Bytes.Span), StringComparison.Ordinal);
        Assert.Empty(mended.Remaining.Findings);
    }

    private static Rule With(string id, string parameter, string value)
    {
        var rule = Rule(id);
        var named = rule.Parameters.Single(each => each.Name == parameter);
        var read = Read(named, value);
        Assert.NotNull(read);
        return rule.With(new ParameterValues(new Dictionary<Parameter, object> { [named] = read }));
    }

    private static object? Read(Parameter parameter, string value) => parameter.Read(
        new ManifestReader()
            .Read(new SourceText("a.yaml", System.Text.Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: X\nspec: {value}\n")), isNamed: true)
            .Single().Document.Snapshot().Root[Name.Spec],
        out _,
        out _);

    private static Rule Rule(string id) => Catalogue.All.Single(rule => rule.Info.Id == id);
}
