using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Row "Pod-template kinds": controllers, the nesting of CronJob, Rollout, Knative, a Job from a CronJob, old API versions;
/// a custom resource that nobody knows is caught at its Pod.
/// </summary>
public sealed class PodTemplateKindTests
{
    private static readonly AdmissionPolicy Policy = Reviewing.Policy("pss-baseline");

    public static TheoryData<string, int> EveryPath()
    {
        var data = new TheoryData<string, int>();
        foreach (var (kind, paths) in Objects.PodPaths)
        {
            for (var i = 0; i < paths.Length; i++)
            {
                data.Add(kind, i);
            }
        }

        return data;
    }

    [Fact]
    public void Pod_template_kinds_are_all_tested()
    {
        var tested = Objects.PodPaths.Keys.Select(key => key.Split('/')).Select(parts => (parts.Length == 3 ? parts[0] : "", parts[^1]));

        Assert.Equal(PodKind.All.Select(kind => (kind.Group, kind.Kind)).Order(), tested.Order());
    }

    [Theory]
    [MemberData(nameof(EveryPath))]
    public void Pod_template_kinds_are_refused_themselves_at_create_and_update(string kind, int path)
    {
        var bad = Objects.Holder(kind, path, Objects.PrivilegedSpec());
        var good = Objects.Holder(kind, path, Objects.RestrictedSpec());

        Assert.True(Reviewing.Validate(Question.Create(good), Policy).IsAllowed);
        Assert.Equal(["pss-privileged"], Reviewing.Validate(Question.Create(bad), Policy).Rules);
        Assert.Equal(["pss-privileged"], Reviewing.Validate(Question.Update(bad, good), Policy).Rules);
        Assert.True(Reviewing.Validate(Question.Update(good, bad), Policy).IsAllowed);
    }

    [Theory]
    [InlineData("apps/v1/Deployment", "apps/v1beta1")]
    [InlineData("apps/v1/Deployment", "apps/v1beta2")]
    [InlineData("apps/v1/Deployment", "apps/v9")]
    [InlineData("batch/v1/CronJob", "batch/v1beta1")]
    [InlineData("batch/v1/CronJob", "batch/v2alpha1")]
    [InlineData("kubeflow.org/v1/TFJob", "kubeflow.org/v1beta2")]
    public void Pod_template_kinds_are_judged_in_every_version(string kind, string apiVersion)
    {
        var bad = Objects.Holder(kind, 0, Objects.PrivilegedSpec());
        bad["apiVersion"] = apiVersion;

        Assert.Equal(["pss-privileged"], Reviewing.Validate(Question.Create(bad), Policy).Rules);
    }

    [Fact]
    public void A_custom_resource_that_nobody_knows_is_let_through_and_its_pod_is_not()
    {
        var unknown = new JsonObject
        {
            ["apiVersion"] = "example.com/v1",
            ["kind"] = "Thing",
            ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "shop" },
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = Objects.PrivilegedSpec() } },
        };

        Assert.True(Reviewing.Validate(Question.Create(unknown), Policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Create(Objects.PrivilegedPod()) with { User = "system:serviceaccount:things:operator" }, Policy).IsAllowed);
    }

    [Theory]
    [InlineData("replicasets", "ReplicaSet", "replicaset-controller")]
    [InlineData("jobs", "Job", "job-controller")]
    [InlineData("daemonsets", "DaemonSet", "daemon-set-controller")]
    public void A_pod_that_a_controller_makes_is_judged_like_any_other(string resource, string kind, string account)
    {
        var pod = Objects.PrivilegedPod("web-5d4f8b-abcde");
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = resource == "jobs" ? "batch/v1" : "apps/v1",
            ["kind"] = kind,
            ["name"] = "web-5d4f8b",
            ["uid"] = "1",
            ["controller"] = true,
        });

        Assert.False(Reviewing.Validate(Question.Create(pod) with { User = $"system:serviceaccount:kube-system:{account}" }, Policy).IsAllowed);
    }

    [Fact]
    public void The_type_that_the_request_states_and_the_object_s_own_must_be_the_same()
    {
        var body = System.Text.Encoding.UTF8.GetString(Question.Create(Objects.PrivilegedPod()).ToBytes())
            .Replace("""{"group":"","version":"v1","kind":"Pod" }""", """{"group":"","version":"v1","kind":"ConfigMap" }""", StringComparison.Ordinal);
        using var reviewing = new Reviewing();

        var answer = reviewing.Ask(System.Text.Encoding.UTF8.GetBytes(body), Policy, mutates: false);

        Assert.False(answer.IsAllowed);
        Assert.Contains("must be the same", answer.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pod")]
    [InlineData("POD")]
    [InlineData("Pod ")]
    [InlineData("Роd")]
    public void A_kind_in_other_letters_is_another_kind_and_never_a_crash(string kind)
    {
        // The API server serves no such kind; what it would store is no pod.
        var pod = Objects.PrivilegedPod();
        pod["kind"] = kind;

        Assert.Null(Reviewing.Validate(Question.Create(pod), Policy).Problem);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}""")]
    [InlineData("""{"apiVersion":"v1","metadata":{"name":"web"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}""")]
    [InlineData("""{"kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}""")]
    [InlineData("""{"apiVersion":null,"kind":"Pod","spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}""")]
    [InlineData("""{"apiVersion":"v1","kind":["Pod"],"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{}""")]
    [InlineData("\"Pod\"")]
    public void An_object_without_a_type_is_never_admitted_for_want_of_one(string json)
    {
        Assert.False(Reviewing.Validate(Question.Create(json), Policy).IsAllowed);
        Assert.NotNull(Reviewing.Mutate(Question.Create(json), Policy).Problem);
    }
}
