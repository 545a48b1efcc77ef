using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

public class OwnerTests
{
    private const string Controllers = "system:serviceaccount:kube-system:";

    private static string Exempting(string kind, string name, string @namespace = "shop") => $$"""
        exemptions:
          - {rule: pss-privileged, object: {kind: {{kind}}, namespace: {{@namespace}}, name: {{name}}}, owner: shop, reason: drivers, expires: 2026-07-01}
        """;

    private static JsonObject Owned(JsonObject made, string apiVersion, string kind, string name, bool isController = true) => made.Changed(each =>
    {
        each["metadata"]!["name"] = $"{name}-x";
        each["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = apiVersion, ["kind"] = kind, ["name"] = name, ["uid"] = "1", ["controller"] = isController,
        });
    });

    private static JsonObject Privileged(JsonObject spec) => spec.Changed(each => each.FirstContainer()["securityContext"]!["privileged"] = true);

    private static JsonObject Pod => Samples.Pod(Privileged(Samples.PodSpec()));

    private static JsonObject ReplicaSet =>
        Samples.Object("apps/v1", "ReplicaSet", Samples.Deployment(Privileged(Samples.PodSpec()))["spec"]!.DeepClone().AsObject());

    [Theory]
    [InlineData("statefulset-controller", "apps/v1", "StatefulSet")]
    [InlineData("daemon-set-controller", "apps/v1", "DaemonSet")]
    [InlineData("replicaset-controller", "apps/v1", "ReplicaSet")]
    [InlineData("job-controller", "batch/v1", "Job")]
    [InlineData("replication-controller", "v1", "ReplicationController")]
    public void A_pod_inherits_from_what_its_controller_made_it_for(string account, string apiVersion, string kind)
    {
        var review = new Review(Owned(Pod, apiVersion, kind, "web")) { User = Controllers + account, Policy = Exempting(kind, "web") };
        Assert.Empty(review.Denied());
        Assert.NotEmpty((review with { User = "alice" }).Denied());
        Assert.NotEmpty((review with { User = Controllers + "deployment-controller" }).Denied());
        Assert.NotEmpty((review with { User = "system:serviceaccount:shop:" + account }).Denied());
        Assert.NotEmpty((review with { Operation = "UPDATE", OldObject = Samples.Pod() }).Denied());
        Assert.NotEmpty((review with { Policy = Exempting(kind, "web", "other") }).Denied());
        Assert.NotEmpty((review with { Policy = Exempting(kind, "we") }).Denied());
        Assert.NotEmpty((review with { Object = Owned(Pod, apiVersion, kind, "web", isController: false) }).Denied());
        Assert.NotEmpty((review with { Object = Owned(Pod, "example.com/v1", kind, "web") }).Denied());
    }

    [Fact]
    public void A_ReplicaSet_inherits_from_its_Deployment()
    {
        var review = new Review(Owned(ReplicaSet, "apps/v1", "Deployment", "web"))
        {
            User = Controllers + "deployment-controller",
            Policy = Exempting("Deployment", "web"),
        };
        Assert.Empty(review.Denied());
        Assert.NotEmpty((review with { User = "alice" }).Denied());
        Assert.NotEmpty((review with { User = Controllers + "replicaset-controller" }).Denied());
    }

    [Fact]
    public void A_pod_inherits_from_the_Deployment_of_its_ReplicaSet()
    {
        var pod = Owned(Pod, "apps/v1", "ReplicaSet", "web-5d4f8b").Changed(each => each["metadata"]!["labels"]!["pod-template-hash"] = "5d4f8b");
        var review = new Review(pod) { User = Controllers + "replicaset-controller", Policy = Exempting("Deployment", "web") };
        Assert.Empty(review.Denied());
        Assert.NotEmpty((review with { User = "alice" }).Denied());
        Assert.NotEmpty((review with { Object = pod.Changed(each => each["metadata"]!["labels"]!["pod-template-hash"] = "other") }).Denied());
    }

    [Fact]
    public void A_pod_inherits_from_the_CronJob_of_its_Job()
    {
        var review = new Review(Owned(Pod, "batch/v1", "Job", "backup-29384756"))
        {
            User = Controllers + "job-controller",
            Policy = Exempting("CronJob", "backup"),
        };
        Assert.Empty(review.Denied());
        Assert.NotEmpty((review with { Object = Owned(Pod, "batch/v1", "Job", "backup-2") }).Denied());
    }

    [Fact]
    public void A_pod_does_not_inherit_by_its_labels() =>
        Assert.NotEmpty((new Review(Pod.Changed(each => each["metadata"]!["labels"] = Samples.Parse("""{"app": "web", "selfheal.io/exempt": "true"}""")))
        {
            Policy = Exempting("Deployment", "web"),
        }).Denied());
}
