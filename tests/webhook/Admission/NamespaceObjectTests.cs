using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

/// <summary>The API server reviews a Namespace with its own name as the namespace of the request; it lies in none all the same.</summary>
public sealed class NamespaceObjectTests
{
    private const string Labelled = """
        version: 1
        profile: pss-baseline
        rules: {required-label-owner: on}
        admission:
          mode: enforce
          scopes:
          - namespaces: {matchLabels: {judged: mildly}}
            mode: warn
        """;

    [Fact]
    public void One_that_is_made_chooses_no_mode_by_its_labels() =>
        Assert.Contains("required-label-owner", Create(Namespace("""{"judged": "mildly"}""")).Denied());

    [Fact]
    public void One_that_is_there_is_judged_by_the_labels_that_it_had()
    {
        var (strict, mild) = (Namespace("{}"), Namespace("""{"judged": "mildly"}"""));
        var owned = Namespace("""{"judged": "mildly", "owner": "shop"}""");
        Assert.DoesNotContain("required-label-owner", (Create(Changed(mild)) with { Operation = "UPDATE", OldObject = owned }).Denied());

        // The label that it gives itself is not there yet.
        Assert.Contains("required-label-owner", (Create(mild) with { Operation = "UPDATE", OldObject = Namespace("""{"owner": "shop"}""") }).Denied());
        Assert.Contains("required-label-owner", (Create(strict) with { Operation = "UPDATE", OldObject = Namespace("""{"owner": "shop"}""") }).Denied());
    }

    [Theory]
    [InlineData("Namespace", null, true)]
    [InlineData("Namespace", "shop", false)]
    public void An_exemption_names_it_as_an_object_of_the_cluster(string kind, string? @namespace, bool isExempt)
    {
        var exemption = $$"""
            exemptions:
            - {rule: required-label-owner, object: {kind: {{kind}}, name: shop{{(@namespace is null ? "" : $", namespace: {@namespace}")}}}, owner: o, reason: r, expires: 2026-06-20}
            """;
        Assert.Equal(isExempt, !(Create(Namespace("{}")) with { Policy = Labelled + "\n" + exemption }).Denied().Any());
    }

    [Fact]
    public void Facts_of_a_namespace_are_not_asked_for_on_its_own_account()
    {
        var review = Create(Namespace("{}")) with { Namespace = new NamespaceFacts("shop", new Dictionary<string, string> { ["judged"] = "mildly" }) };
        Assert.Contains("required-label-owner", review.Denied());
    }

    /// <summary>A kind of that name in a group of its own is somebody else's.</summary>
    [Fact]
    public void A_custom_resource_of_the_name_lies_where_it_lies()
    {
        var custom = Namespace("{}");
        custom["apiVersion"] = "example.com/v1";
        var review = Create(custom) with { Namespace = new NamespaceFacts("shop", new Dictionary<string, string> { ["judged"] = "mildly" }) };
        Assert.DoesNotContain("required-label-owner", review.Denied());
    }

    private static Review Create(JsonObject root) => new(root) { Policy = Labelled };

    private static JsonObject Changed(JsonObject root)
    {
        root["metadata"]!["annotations"] = new JsonObject { ["touched"] = "yes" };
        return root;
    }

    /// <summary>With the name that the review carries as its namespace, which the tests' reviews take from the metadata.</summary>
    private static JsonObject Namespace(string labels) => JsonNode.Parse(
        $$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "namespace": "shop", "labels": {{labels}} } }""")!.AsObject();
}
