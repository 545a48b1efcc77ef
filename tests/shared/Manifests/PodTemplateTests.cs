using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
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
    [InlineData("serving.knative.dev/v1", "Route")]
    [InlineData("apps.openshift.io/v1", "Deployment")]
    [InlineData("apps/v1", "deployment")]
    public void Knows_no_other_kinds(string apiVersion, string kind)
    {
        var root = Read($"apiVersion: {apiVersion}\nkind: {kind}\nspec: {{template: {{spec: {{containers: []}}}}}}\n");
        Assert.False(PodTemplate.TryFind(root, out _));
        Assert.False(PodTemplate.IsHeldBy(root));
    }

    /// <summary>Every kind, filled in along its own paths: each container of each list is found where it stands, and mended by both routes.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Judges_every_pod_of_every_kind(string group, string kind)
    {
        var pod = PodKind.All.Single(each => each.Group == group && each.Kind == kind);
        var text = Fill(pod);
        var source = new SourceText("test.yaml", Encoding.UTF8.GetBytes(text));
        var rules = new RuleSet([new PssPrivileged()]);
        var findings = new FileJudge(rules, PolicySettings.Default).Judge(source, isNamed: true).Findings;
        var places = pod.Paths.Sum(path => path.Contains(PodKind.Every) ? 2 : 1);
        Assert.Equal(places * 3, findings.Count);
        Assert.Equal(findings.Count, findings.Select(finding => finding.Pointer).Distinct().Count());
        Assert.All(findings, finding => Assert.EndsWith("/securityContext/privileged", finding.Pointer, StringComparison.Ordinal));

        // The mender compares the edited text with the tree that the JSON Patch makes.
        var mended = new FileMender(rules, PolicySettings.Default).Mend(source, Safety.Review, isNamed: true);
        Assert.Equal(places * 3, mended.Fixed.Count);
        Assert.Empty(mended.Remaining.Findings);
        Assert.DoesNotContain("privileged: true", Encoding.UTF8.GetString(mended.Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_of_the_object_once_what_its_pods_share()
    {
        var findings = Judge.Text(Fill(PodKind.All.Single(kind => kind.Kind == "JobSet")), [new UseNamespace()]);
        Assert.Single(findings);
    }

    [Fact]
    public void Tells_an_object_partial_by_the_pod_in_question()
    {
        var findings = Judge.Text(
            """
            apiVersion: jobset.x-k8s.io/v1alpha2
            kind: JobSet
            metadata: {name: x}
            spec:
              replicatedJobs:
              - name: whole
                template: {spec: {template: {spec: {containers: [{name: a, image: b}]}}}}
              - name: partial
                template: {spec: {template: {spec: {containers: [{name: a}]}}}}
            """,
            [new RestartPolicy()]);
        Assert.Equal([Safety.Safe, Safety.Review], findings.Select(finding => finding.Fix?.Safety));
    }

    public static TheoryData<string, string> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string>();
            foreach (var kind in PodKind.All)
            {
                kinds.Add(kind.Group, kind.Kind);
            }

            return kinds;
        }
    }

    /// <summary>An object of the kind with a pod at the end of each path, two where the path leads through a list.</summary>
    private static string Fill(PodKind kind)
    {
        var root = new JsonObject
        {
            ["apiVersion"] = kind.Group.Length == 0 ? "v1" : $"{kind.Group}/v1",
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = "x" },
        };
        foreach (var path in kind.Paths)
        {
            Fill(root, path);
        }

        return root.ToJsonString();
    }

    private static void Fill(JsonObject at, ReadOnlySpan<Name> path)
    {
        if (path.Length == 0)
        {
            JsonArray containers = [new JsonObject { ["name"] = "a", ["image"] = "b", ["securityContext"] = new JsonObject { ["privileged"] = true } }];
            at["spec"] = new JsonObject
            {
                ["initContainers"] = containers,
                ["containers"] = containers.DeepClone(),
                ["ephemeralContainers"] = containers.DeepClone(),
            };
            return;
        }

        var key = NameTable.Text(path[0]);
        if (path.Length > 1 && path[1] == PodKind.Every)
        {
            JsonObject first = [];
            JsonObject second = [];
            Fill(first, path[2..]);
            Fill(second, path[2..]);
            at[key] = key.EndsWith("ReplicaSpecs", StringComparison.Ordinal)
                ? new JsonObject { ["Master"] = first, ["Worker"] = second }
                : new JsonArray(first, second);
            return;
        }

        if (at[key] is not JsonObject next)
        {
            at[key] = next = [];
        }

        Fill(next, path[1..]);
    }

    private static Field Read(string yaml) =>
        new ManifestReader().Read(new SourceText("test.yaml", Encoding.UTF8.GetBytes(yaml)), isNamed: true).Single().Document.Root;
}
