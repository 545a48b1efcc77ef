using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

public class UpdateTests
{
    private static readonly JsonObject Bad = Samples.Deployment().Changed(each =>
        each.PodSpecOf().FirstContainer()["securityContext"]!["privileged"] = true);

    [Fact]
    public void A_new_object_is_refused() => Assert.Equal(["pss-privileged"], new Review(Bad).Denied());

    [Fact]
    public void The_old_object_is_never_judged_instead_of_the_new()
    {
        Assert.Equal(["pss-privileged"], Review.Update(Samples.Deployment(), Bad).Denied());
        Assert.Empty(Review.Update(Bad, Samples.Deployment()).Denied());
    }

    [Theory]
    [InlineData("finalizers", """["example.com/guard"]""")]
    [InlineData("ownerReferences", """[{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}]""")]
    [InlineData("deletionTimestamp", "\"2026-06-01T00:00:00Z\"")]
    [InlineData("labels", """{"app": "web", "team": "shop"}""")]
    [InlineData("annotations", """{"deployment.kubernetes.io/revision": "2"}""")]
    [InlineData("managedFields", "[]")]
    public void An_update_of_metadata_alone_passes_without_a_word(string field, string value)
    {
        var after = Bad.Changed(each => each["metadata"]![field] = JsonNode.Parse(value));
        foreach (var policy in (string?[])[null, "admission: {oldViolations: enforce}"])
        {
            var decision = (Review.Update(Bad, after) with { Policy = policy }).Validate();
            Assert.True(decision.IsAllowed);
            Assert.Empty(decision.Warnings);
            Assert.True((Review.Update(after, Bad) with { Policy = policy }).Validate().IsAllowed);
        }
    }

    [Fact]
    public void A_finalizer_comes_off_an_object_that_is_being_deleted()
    {
        var before = Bad.Changed(each =>
        {
            each["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z";
            each["metadata"]!["finalizers"] = new JsonArray("example.com/guard");
        });
        Assert.True(Review.Update(before, before.Changed(each => each["metadata"]!.AsObject().Remove("finalizers"))).Validate().IsAllowed);
    }

    [Fact]
    public void An_object_that_is_being_deleted_is_judged_all_the_same()
    {
        static void Delete(JsonObject each) => each["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z";
        Assert.Equal(["pss-privileged"], Review.Update(Samples.Deployment().Changed(Delete), Bad.Changed(Delete)).Denied());
    }

    [Fact]
    public void An_old_violation_warns_while_its_container_runs_the_same()
    {
        var decision = Review.Update(Bad, Bad.Changed(each => each["spec"]!["minReadySeconds"] = 4)).Validate();
        Assert.True(decision.IsAllowed);
        var warning = Assert.Single(decision.Warnings);
        Assert.StartsWith("selfheal: pss-privileged: ", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void The_owner_may_have_old_violations_refused() =>
        Assert.Equal(
            ["pss-privileged"],
            (Review.Update(Bad, Bad.Changed(each => each["spec"]!["minReadySeconds"] = 4)) with { Policy = "admission: {oldViolations: enforce}" }).Denied());

    [Theory]
    [InlineData("image", "\"registry.example.com/shop/web:v2\"")]
    [InlineData("command", """["sh"]""")]
    [InlineData("args", """["-c", "x"]""")]
    [InlineData("securityContext", """{"privileged": true, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}, "runAsUser": 10002}""")]
    public void An_old_violation_is_refused_when_its_container_runs_something_else(string field, string value)
    {
        var after = Bad.Changed(each => each.PodSpecOf().FirstContainer()[field] = JsonNode.Parse(value));
        Assert.Equal(["pss-privileged"], Review.Update(Bad, after).Denied());
    }

    [Fact]
    public void Another_container_may_run_something_else()
    {
        var before = Bad.Changed(each => each.PodSpecOf()["containers"]!.AsArray().Add((JsonNode)Samples.Container("side")));
        var after = before.Changed(each => each.PodSpecOf()["containers"]![1]!["image"] = "registry.example.com/shop/side:v2");
        Assert.Empty(Review.Update(before, after).Denied());
    }

    [Fact]
    public void The_order_of_containers_does_not_count()
    {
        var before = Bad.Changed(each => each.PodSpecOf()["containers"]!.AsArray().Add((JsonNode)Samples.Container("side")));
        var after = before.Changed(each =>
        {
            var containers = each.PodSpecOf()["containers"]!.AsArray();
            var first = containers[0]!;
            containers.RemoveAt(0);
            containers.Add(first);
        });
        var decision = Review.Update(before, after).Validate();
        Assert.True(decision.IsAllowed);
        Assert.Single(decision.Warnings);
    }

    [Fact]
    public void The_same_violation_in_another_container_or_list_is_new()
    {
        var renamed = Bad.Changed(each => each.PodSpecOf().FirstContainer()["name"] = "other");
        Assert.Equal(["pss-privileged"], Review.Update(Bad, renamed).Denied());
        var moved = Bad.Changed(each =>
        {
            var init = Samples.Container();
            init["securityContext"]!["privileged"] = true;
            each.PodSpecOf()["initContainers"] = new JsonArray(init);
        });
        Assert.Equal(["pss-privileged"], Review.Update(Bad, moved).Denied());
    }

    [Fact]
    public void A_violation_that_grows_worse_is_refused()
    {
        static JsonObject Adding(params string[] capabilities) => Samples.Deployment().Changed(each =>
            each.PodSpecOf().FirstContainer()["securityContext"]!["capabilities"]!["add"] = new JsonArray([.. capabilities.Select(c => (JsonNode)c)]));
        Assert.NotEmpty(Review.Update(Adding("NET_ADMIN"), Adding("NET_ADMIN", "SYS_ADMIN")).Denied());
    }

    [Fact]
    public void A_violation_of_the_pod_is_new_to_a_new_container()
    {
        var before = Samples.Deployment().Changed(each => each.PodSpecOf()["hostNetwork"] = true);
        Assert.Empty(Review.Update(before, before.Changed(each => each["spec"]!["minReadySeconds"] = 4)).Denied());
        var after = before.Changed(each => each.PodSpecOf()["containers"]!.AsArray().Add((JsonNode)Samples.Container("side")));
        Assert.Contains("pss-host-namespaces", Review.Update(before, after).Denied());
    }

    [Fact]
    public void A_weaker_security_context_of_the_pod_makes_old_violations_new()
    {
        var before = Samples.Deployment().Changed(each => each.PodSpecOf().FirstContainer()["securityContext"]!.AsObject().Remove("readOnlyRootFilesystem"));
        Assert.Empty(Review.Update(before, before.Changed(each => each["spec"]!["minReadySeconds"] = 4)).Denied());
        Assert.NotEmpty(Review.Update(before, before.Changed(each => each.PodSpecOf()["securityContext"]!["runAsUser"] = 0)).Denied());
    }

    [Fact]
    public void An_ephemeral_container_is_judged_when_it_is_put_in()
    {
        var pod = Samples.Pod();
        var debugged = pod.Changed(each => each["spec"]!["ephemeralContainers"] = new JsonArray(Samples.Container("debug").Changed(container =>
        {
            container.Remove("resources");
            container["securityContext"]!["privileged"] = true;
        })));
        var review = Review.Update(pod, debugged) with { SubResource = "ephemeralcontainers" };
        Assert.Contains("pss-privileged", review.Denied());
        Assert.Null(review.Mutate().Patch);
    }

    [Fact]
    public void A_resize_is_judged()
    {
        var pod = Samples.Pod();
        var resized = pod.Changed(each => each["spec"]!.AsObject().FirstContainer()["resources"] = new JsonObject());
        Assert.Contains("unset-memory-requirements", (Review.Update(pod, resized) with { SubResource = "resize" }).Denied());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("binding")]
    [InlineData("eviction")]
    [InlineData("scale")]
    [InlineData("exec")]
    [InlineData("attach")]
    [InlineData("log")]
    [InlineData("portforward")]
    [InlineData("proxy")]
    public void Subresources_that_hold_no_pod_spec_are_let_through(string subResource)
    {
        Assert.True((new Review(Bad) { SubResource = subResource }).Validate().IsAllowed);
        Assert.True((Review.Update(Samples.Deployment(), Bad) with { SubResource = subResource }).Validate().IsAllowed);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("CONNECT")]
    public void Nothing_that_stores_nothing_is_judged(string operation) =>
        Assert.True((new Review(Bad) { Operation = operation }).Validate().IsAllowed);
}
