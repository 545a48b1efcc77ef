using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Rows "namespaceSelector bypass" (GO-2025-3652) and "Confused deputy / cross-namespace" (CVE-2026-22039, CVE-2026-22872): a
/// namespace that nothing is known of is judged strictly, and the request's namespace counts, not the object's.
/// </summary>
public sealed class NamespaceTests
{
    [Theory]
    [InlineData("shop")]
    [InlineData("kube-system")]
    [InlineData("unheard-of")]
    [InlineData(null)]
    public void An_unknown_namespace_is_judged_strictly(string? name)
    {
        Assert.False(Reviewing.Validate(Question.Create(Objects.PrivilegedPod()) with { Namespace = name }, Reviewing.Policy("pss-baseline")).IsAllowed);
    }

    [Fact]
    public void An_exemption_is_of_the_request_s_namespace_not_of_the_one_that_the_object_claims()
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "Pod", "shop", "web"));
        var pod = Objects.PrivilegedPod();

        Assert.True(Reviewing.Validate(Question.Create(pod), policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Create(pod) with { Namespace = "attic" }, policy).IsAllowed);

        pod["metadata"]!.AsObject().Remove("namespace");
        Assert.True(Reviewing.Validate(Question.Create(pod), policy).IsAllowed);
    }

    [Fact]
    public void An_object_of_the_cluster_is_no_object_of_a_namespace_that_it_claims()
    {
        var policy = ExemptionTests.Policy(ExemptionTests.Entry("pss-privileged", "Pod", "shop", "web"));

        // Where the API server names no namespace, the object's own word is not taken for it.
        Assert.False(Reviewing.Validate(Question.Create(Objects.PrivilegedPod()) with { Namespace = null }, policy).IsAllowed);
    }
}
