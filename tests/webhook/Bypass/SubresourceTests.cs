using System.Text.Json.Nodes;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Rows "Ephemeral containers" (CVE-2023-2727, CVE-2023-2728, kubernetes#9484) and "Subresources": what changes what a pod
/// runs is judged, what does not raises no false alarm.
/// </summary>
public sealed class SubresourceTests
{
    private static readonly AdmissionPolicy Policy = Reviewing.Policy("pss-baseline");

    [Theory]
    [InlineData("ephemeralcontainers")]
    [InlineData("resize")]
    [InlineData("unheard-of")]
    [InlineData("Status")]
    [InlineData("status/")]
    public void Ephemeral_containers_and_other_subresources_that_hold_a_pod_spec_are_judged(string subResource)
    {
        var review = Question.Update(Objects.PrivilegedPod(), Objects.Pod()) with { SubResource = subResource };

        Assert.Equal(["pss-privileged"], Reviewing.Validate(review, Policy).Rules);
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
        var review = Question.Update(Objects.PrivilegedPod(), Objects.PrivilegedPod()) with { SubResource = subResource };

        Assert.True(Reviewing.Validate(review, Policy).IsAllowed);
        Assert.Null(Reviewing.Mutate(review, Policy).Patch);
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("CONNECT", "exec")]
    [InlineData("CONNECT", "attach")]
    [InlineData("CONNECT", "portforward")]
    [InlineData("CONNECT", "proxy")]
    public void Operations_that_store_nothing_are_let_through(string operation, string subResource)
    {
        var review = new Question { Operation = operation, SubResource = subResource, Object = null, OldObject = Objects.PrivilegedPod().ToJsonString() };

        Assert.True(Reviewing.Validate(review, Policy).IsAllowed);
    }

    [Fact]
    public void Ephemeral_containers_that_are_privileged_are_refused_by_their_subresource()
    {
        var old = Objects.Pod();
        var changed = Objects.Pod();
        changed["spec"]!["ephemeralContainers"] = Objects.Parse("""
            {"list": [{"name": "debug", "image": "registry.example.com/debug:1", "securityContext": {"privileged": true}}]}
            """)["list"]!.DeepClone();

        var answer = Reviewing.Validate(Question.Update(changed, old) with { SubResource = "ephemeralcontainers" }, Policy);

        Assert.Equal([("pss-privileged", "/spec/ephemeralContainers/0/securityContext/privileged")], answer.Causes.Select(cause => (cause.Rule, cause.Pointer)));
    }

    [Fact]
    public void Ephemeral_containers_that_the_standard_allows_may_come_to_a_good_pod()
    {
        var old = Objects.Pod();
        foreach (var container in old["spec"]!["containers"]!.AsArray())
        {
            container!["resources"] = Objects.Parse("""{"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}""");
        }

        var debug = old["spec"]!["containers"]![0]!.DeepClone().AsObject();
        debug["name"] = "debug";
        debug.Remove("resources");
        var changed = old.DeepClone().AsObject();
        changed["spec"]!["ephemeralContainers"] = new JsonArray(debug);
        var policy = Reviewing.Policy("default");

        Assert.DoesNotContain("unset", Reviewing.Validate(Question.Update(old, old) with { SubResource = "ephemeralcontainers", OldObject = null }, policy).ToString(), StringComparison.Ordinal);
        var answer = Reviewing.Validate(Question.Update(changed, old) with { SubResource = "ephemeralcontainers" }, policy);
        Assert.DoesNotContain("debug", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ephemeral_containers_are_never_corrected_for_a_pod_cannot_be_changed()
    {
        var old = Objects.Pod();
        var changed = Objects.PrivilegedPod();

        foreach (var subResource in (string[])["ephemeralcontainers", "resize", ""])
        {
            var review = Question.Update(changed, old) with { SubResource = subResource };
            Assert.Null(Reviewing.Mutate(review, MutationTests.CorrectingAll("all")).Patch);
        }
    }

    [Fact]
    public void A_scale_of_a_violating_deployment_is_no_false_alarm()
    {
        // Through /scale, and by patching replicas of the Deployment itself.
        var scale = Objects.Parse("""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":3}}""");
        Assert.True(Reviewing.Validate(Question.Update(scale, scale) with { SubResource = "scale" }, Policy).IsAllowed);

        var old = Objects.Deployment(Objects.PrivilegedSpec());
        var scaled = Objects.Deployment(Objects.PrivilegedSpec());
        scaled["spec"]!["replicas"] = 5;
        var answer = Reviewing.Validate(Question.Update(scaled, old), Policy);
        Assert.True(answer.IsAllowed);
        Assert.Single(answer.Warnings);
    }
}
