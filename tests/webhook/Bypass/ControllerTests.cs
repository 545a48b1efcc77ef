using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Rows "Exception abuse" and "Confused deputy": what a built-in controller's own account makes inherits its top owner's
/// exemption, through one owner or two; what anybody else makes does not, whatever its ownerReferences say.
/// </summary>
public sealed class ControllerTests
{
    private const string KubeSystem = "system:serviceaccount:kube-system:";

    public static TheoryData<string, string, string, string, string> Chains() => new()
    {
        // Exempt, made, direct owner, name of the direct owner, account.
        { "Deployment", "apps/v1/ReplicaSet", "apps/v1/Deployment", "web", "deployment-controller" },
        { "Deployment", "v1/Pod", "apps/v1/ReplicaSet", "web-5d4f8b", "replicaset-controller" },
        { "ReplicaSet", "v1/Pod", "apps/v1/ReplicaSet", "web", "replicaset-controller" },
        { "StatefulSet", "v1/Pod", "apps/v1/StatefulSet", "web", "statefulset-controller" },
        { "DaemonSet", "v1/Pod", "apps/v1/DaemonSet", "web", "daemon-set-controller" },
        { "Job", "v1/Pod", "batch/v1/Job", "web", "job-controller" },
        { "CronJob", "batch/v1/Job", "batch/v1/CronJob", "web", "cronjob-controller" },
        { "CronJob", "v1/Pod", "batch/v1/Job", "web-29384756", "job-controller" },
        { "ReplicationController", "v1/Pod", "v1/ReplicationController", "web", "replication-controller" },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public void The_controller_s_own_account_inherits_and_nobody_else(string exempt, string made, string owner, string ownerName, string account)
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", exempt, "shop", "web"));
        var review = Question.Create(Made(made, owner, ownerName));

        Assert.True(Reviewing.Validate(review with { User = KubeSystem + account }, policy).IsAllowed);
        foreach (var user in (string[])
            [
                "alice@example.com", account, $"system:serviceaccount:shop:{account}", $"system:serviceaccount:kube-system-2:{account}",
                $"{KubeSystem}{account}2", $"{KubeSystem}{account[..^1]}", KubeSystem, $"x{KubeSystem}{account}", $"{KubeSystem}default",
                "system:kube-controller-manager", "system:admin", "", $"{KubeSystem}{account} ", $"{KubeSystem}generic-garbage-collector",
                (KubeSystem + account).ToUpperInvariant(),
            ])
        {
            Assert.False(Reviewing.Validate(review with { User = user }, policy).IsAllowed, $"'{user}'");
        }
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Another_controller_s_account_does_not_inherit(string exempt, string made, string owner, string ownerName, string account)
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", exempt, "shop", "web"));
        foreach (var other in Chains().Select(row => (string)row[4]).Distinct().Where(other => other != account))
        {
            Assert.False(Reviewing.Validate(Question.Create(Made(made, owner, ownerName)) with { User = KubeSystem + other }, policy).IsAllowed, other);
        }
    }

    [Theory]
    [InlineData("UPDATE", "")]
    [InlineData("UPDATE", "ephemeralcontainers")]
    [InlineData("UPDATE", "resize")]
    public void An_update_of_a_Pod_inherits_nothing(string operation, string subResource)
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "StatefulSet", "shop", "web"));
        var review = Question.Update(Made("v1/Pod", "apps/v1/StatefulSet", "web"), Objects.Pod()) with
        {
            Operation = operation,
            SubResource = subResource,
            User = KubeSystem + "statefulset-controller",
        };

        Assert.False(Reviewing.Validate(review, policy).IsAllowed);
    }

    [Fact]
    public void Whoever_scales_what_an_exempt_object_made_inherits_if_it_is_its_controller()
    {
        var policy = Reviewing.Policy(
            "pss-baseline",
            new AdmissionSettings { ToleratesOldViolations = false },
            PolicySettings.Default with { Exemptions = new([ExemptionTests.Entry("pss-privileged", "Deployment", "shop", "web")]) });
        var old = Made("apps/v1/ReplicaSet", "apps/v1/Deployment", "web");
        var scaled = old.DeepClone().AsObject();
        scaled["spec"]!["replicas"] = 3;
        var review = Question.Update(scaled, old);

        Assert.True(Reviewing.Validate(review with { User = KubeSystem + "deployment-controller" }, policy).IsAllowed);
        Assert.False(Reviewing.Validate(review with { User = KubeSystem + "replicaset-controller" }, policy).IsAllowed);
        Assert.False(Reviewing.Validate(review, policy).IsAllowed);
    }

    [Theory]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "1"}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "1", "controller": false}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "1", "controller": "true"}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web-2", "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "apps.kruise.io/v1beta1", "kind": "StatefulSet", "name": "web", "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "v1", "kind": "StatefulSet", "name": "web", "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": ["web"], "uid": "1", "controller": true}]""")]
    [InlineData("""[{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "other", "uid": "1", "controller": true}, {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "2", "controller": true}]""")]
    [InlineData("""{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "1", "controller": true}""")]
    [InlineData("""[null]""")]
    [InlineData("""null""")]
    public void An_ownerReference_that_names_no_controlling_owner_of_that_name_inherits_nothing(string references)
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "StatefulSet", "shop", "web"));
        var pod = Objects.PrivilegedPod("web-0");
        pod["metadata"]!["ownerReferences"] = JsonNode.Parse(references);

        Assert.False(Reviewing.Validate(Question.Create(pod) with { User = KubeSystem + "statefulset-controller" }, policy).IsAllowed);
    }

    [Fact]
    public void Inheritance_stays_in_the_namespace_and_with_the_rule()
    {
        var pod = Made("v1/Pod", "apps/v1/StatefulSet", "web");
        var review = Question.Create(pod) with { User = KubeSystem + "statefulset-controller" };
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "StatefulSet", "shop", "web"));

        Assert.False(Reviewing.Validate(review with { Namespace = "attic" }, policy).IsAllowed);
        Assert.False(Reviewing.Validate(review, ExemptionTests.Policy(ExemptionTests.Entry("pss-host-ports", "StatefulSet", "shop", "web"))).IsAllowed);
        Assert.False(Reviewing.Validate(review, ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "StatefulSet", "attic", "web"))).IsAllowed);
    }

    [Theory]
    [InlineData("web-abc", "def")]
    [InlineData("web", "web")]
    [InlineData("web-", "")]
    [InlineData("-abc", "abc")]
    [InlineData("web-5d4f8b-x", "5d4f8b-x")]
    public void A_ReplicaSet_whose_name_is_not_its_Deployment_s_and_the_hash_has_no_second_owner(string replicaSet, string hash)
    {
        var policy = ExemptionTests.Policy(
            ExemptionTests.Entry("pss-privileged", "Deployment", "shop", "web"), ExemptionTests.Entry("pss-privileged", "Deployment", "shop", ""));
        var pod = Made("v1/Pod", "apps/v1/ReplicaSet", replicaSet);
        pod["metadata"]!["labels"] = new JsonObject { ["pod-template-hash"] = hash };

        Assert.False(Reviewing.Validate(Question.Create(pod) with { User = KubeSystem + "replicaset-controller" }, policy).IsAllowed);
    }

    [Fact]
    public void There_is_no_third_owner()
    {
        // A Deployment that an operator's object owns: the exemption of that object is not the pod's.
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "Platform", "shop", "web"));
        var deployment = Objects.Deployment(Objects.PrivilegedSpec());
        deployment["metadata"]!["ownerReferences"] = Owner("example.com/v1/Platform", "web");

        Assert.False(Reviewing.Validate(Question.Create(deployment) with { User = KubeSystem + "deployment-controller" }, policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Create(Made("v1/Pod", "apps/v1/ReplicaSet", "web-5d4f8b")) with { User = KubeSystem + "replicaset-controller" }, policy).IsAllowed);
    }

    private static JsonObject Made(string kind, string owner, string ownerName)
    {
        var made = Objects.Holder(kind, 0, Objects.PrivilegedSpec(), $"{ownerName}-x7k2p");
        made["metadata"]!["labels"] = new JsonObject { ["pod-template-hash"] = ownerName[(ownerName.LastIndexOf('-') + 1)..] };
        made["metadata"]!["ownerReferences"] = Owner(owner, ownerName);
        return made;
    }

    private static JsonArray Owner(string owner, string name)
    {
        var slash = owner.LastIndexOf('/');
        return new(new JsonObject
        {
            ["apiVersion"] = owner[..slash],
            ["kind"] = owner[(slash + 1)..],
            ["name"] = name,
            ["uid"] = "7e1c",
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
    }
}
