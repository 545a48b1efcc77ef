using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Rows "Exception abuse" (GO-2024-3230, GO-2026-4285), "generateName / empty name" (#529-like matchers) and "Exempt
/// namespaces": an exemption is one rule for one exact name, from the policy file alone.
/// </summary>
public sealed class ExemptionTests
{
    private static readonly AdmissionPolicy WebIsExempt = Policy(Entry("pss-privileged", "Deployment", "shop", "web"));

    internal static Exemption Entry(string rule, string kind, string? @namespace, string name, string? container = null, string? apiVersion = null)
    {
        Assert.True(Expiry.TryParse("2026-12-31", out var expires));
        return new(rule, new(apiVersion, kind, @namespace, name), container, "team-shop", "SHOP-123", expires);
    }

    internal static AdmissionPolicy Policy(params Exemption[] entries) =>
        Reviewing.Policy("pss-baseline", settings: PolicySettings.Default with { Exemptions = new(entries) });

    [Fact]
    public void Two_exemptions_are_no_more_than_their_union()
    {
        // GO-2026-4285: two exceptions at once switched off more than each of them.
        var one = Entry("pss-privileged", "Pod", "shop", "web");
        var two = Entry("pss-host-ports", "Pod", "shop", "web");
        var spec = UpdateTests.With("""{"containers/0/securityContext/privileged": true, "containers/0/ports/0/hostPort": 80, "hostPID": true}""");
        var review = Question.Create(Objects.Pod(spec));

        var none = Reviewing.Validate(review, Policy()).Rules;
        var first = none.Except(Reviewing.Validate(review, Policy(one)).Rules);
        var second = none.Except(Reviewing.Validate(review, Policy(two)).Rules);
        var both = none.Except(Reviewing.Validate(review, Policy(one, two)).Rules);

        Assert.Equal(3, none.Count);
        Assert.Equal(first.Union(second).Order(), both.Order());
        Assert.Equal(["pss-host-namespaces"], Reviewing.Validate(review, Policy(one, two)).Rules);
    }

    [Fact]
    public void Two_exemptions_of_containers_leave_the_third_container_alone()
    {
        var spec = UpdateTests.With("""
            {"containers/0/securityContext/privileged": true,
             "containers/1": {"name": "b", "image": "x:1", "securityContext": {"privileged": true}},
             "initContainers/0": {"name": "c", "image": "x:1", "securityContext": {"privileged": true}}}
            """);
        var policy = Policy(
            Entry("pss-privileged", "Pod", "shop", "web", container: "web"), Entry("pss-privileged", "Pod", "shop", "web", container: "b"));

        var cause = Assert.Single(Reviewing.Validate(Question.Create(Objects.Pod(spec)), policy).Causes);
        Assert.StartsWith("/spec/initContainers/0/", cause.Pointer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web-2")]
    [InlineData("web-")]
    [InlineData("we")]
    [InlineData("Web")]
    [InlineData("web ")]
    [InlineData(" web")]
    [InlineData("wеb")]
    [InlineData("web\u0000")]
    [InlineData("web\u200b")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("shop/web")]
    public void Names_are_exact_and_never_a_prefix(string name)
    {
        Assert.False(Reviewing.Validate(Question.Create(Objects.Deployment(Objects.PrivilegedSpec(), name)), WebIsExempt).IsAllowed);
        Assert.True(Reviewing.Validate(Question.Create(Objects.Deployment(Objects.PrivilegedSpec())), WebIsExempt).IsAllowed);
    }

    [Theory]
    [InlineData("""{"generateName": "web"}""")]
    [InlineData("""{"generateName": "web-"}""")]
    [InlineData("""{"generateName": "web", "name": ""}""")]
    [InlineData("""{"generateName": "web", "name": null}""")]
    [InlineData("""{"name": ""}""")]
    [InlineData("""{"name": null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"name": ["web"]}""")]
    [InlineData("""{"name": {"web": "web"}}""")]
    public void Generated_and_empty_names_are_nobody_s_exemption(string metadata)
    {
        var policy = Policy(
            Entry("pss-privileged", "Pod", "shop", "web"), Entry("pss-privileged", "Pod", "shop", "web-"), Entry("pss-privileged", "Pod", "shop", ""));
        var pod = Objects.PrivilegedPod();
        pod["metadata"] = JsonNode.Parse(metadata);

        Assert.False(Reviewing.Validate(Question.Create(pod), policy).IsAllowed);
    }

    [Theory]
    [InlineData("pss-privilege", "Deployment", "shop")]
    [InlineData("pss-*", "Deployment", "shop")]
    [InlineData("pss-privileged", "StatefulSet", "shop")]
    [InlineData("pss-privileged", "*", "shop")]
    [InlineData("pss-privileged", "deployment", "shop")]
    [InlineData("pss-privileged", "Deployment", "attic")]
    [InlineData("pss-privileged", "Deployment", "*")]
    [InlineData("pss-privileged", "Deployment", null)]
    [InlineData("pss-privileged", "Deployment", "shop-2")]
    public void An_entry_for_something_else_exempts_nothing(string rule, string kind, string? @namespace)
    {
        var policy = Policy(Entry(rule, kind, @namespace, "web"));

        Assert.False(Reviewing.Validate(Question.Create(Objects.Deployment(Objects.PrivilegedSpec())), policy).IsAllowed);
    }

    [Theory]
    [InlineData("selfheal.io/ignore", "pss-privileged")]
    [InlineData("selfheal.io/exempt", "true")]
    [InlineData("selfheal.io/mutated", "[{\"rules\":[\"pss-privileged\"]}]")]
    [InlineData("ignore-check.kube-linter.io/privileged-container", "because")]
    [InlineData("ignore-check.kube-linter.io/pss-privileged", "because")]
    [InlineData("kube-linter.io/ignore-all", "because")]
    [InlineData("pod-security.kubernetes.io/enforce", "privileged")]
    [InlineData("admission.gatekeeper.sh/ignore", "no-self-managing")]
    [InlineData("policies.kyverno.io/exclude", "true")]
    public void Labels_and_annotations_of_the_workload_exempt_nothing(string key, string value)
    {
        var deployment = Objects.Deployment(Objects.PrivilegedSpec());
        var template = deployment["spec"]!["template"]!["metadata"]!;
        foreach (var metadata in (JsonNode[])[deployment["metadata"]!, template])
        {
            metadata["annotations"] = new JsonObject { [key] = value };
            metadata["labels"] = new JsonObject { [key] = value };
        }

        Assert.False(Reviewing.Validate(Question.Create(deployment), Reviewing.Policy("pss-baseline")).IsAllowed);
        Assert.Contains("pss-privileged", Reviewing.Validate(Question.Create(deployment), Reviewing.Policy("all")).Rules);
    }

    [Fact]
    public void What_is_exempt_is_not_corrected_and_says_so_in_the_audit_log()
    {
        var deployment = Question.Create(Objects.Deployment(Objects.PrivilegedSpec()));

        Assert.Equal("pss-privileged", Reviewing.Validate(deployment, WebIsExempt).Audit["exempted"]);
        Assert.Null(Reviewing.Mutate(deployment, WebIsExempt).Patch);
    }
}
