using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

public class ExportVapTests
{
    private static readonly string Goldens = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Export", "Goldens");

    private const string Policy =
        """
        podSecurityVersion: v1.36
        rules:
          no-ssh: {like: ssh-port, severity: error, parameters: {port: 2222}}
          sensitive-host-mounts: {parameters: {dirs: ['^/srv/\d']}}
        exemptions:
          - {rule: pss-privileged, object: {apiVersion: v1, kind: Pod, namespace: tools, name: agent}, owner: o, reason: r, expires: 2020-01-01}
        """;

    [Fact]
    public void Prints_policies_with_their_bindings_and_says_what_is_missing()
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy);
        var outcome = SelfHeal.Run(
            folder.Root, "export", "vap", "--rule", "pss-privileged", "--rule", "pss-run-as-non-root", "--rule", "no-ssh,exposed-services",
            "--rule", "sensitive-host-mounts", "--rule", "dangling-service", "--exclude-namespace", "storage");
        Assert.Equal(0, outcome.ExitCode);
        Golden.Matches(Path.Combine(Goldens, "export.yaml"), outcome.Bytes);
        Golden.Matches(Path.Combine(Goldens, "export.err"), outcome.Error + "\n");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("kube-linter")]
    [InlineData("pss-baseline")]
    [InlineData("pss-restricted")]
    [InlineData("all")]
    public void Binds_every_policy_once(string profile)
    {
        using var folder = new TempFolder();
        var documents = Documents(SelfHeal.Run(folder.Root, "export", "vap", "--profile", profile));
        var policies = documents.Where(document => $"{document["kind"]}" == "ValidatingAdmissionPolicy").Select(document => $"{document["metadata"]!["name"]}").ToList();
        var bindings = documents.Where(document => $"{document["kind"]}" == "ValidatingAdmissionPolicyBinding").Select(document => $"{document["spec"]!["policyName"]}");
        Assert.NotEmpty(policies);
        Assert.Equal(policies, bindings);
        Assert.Equal(policies.Count, policies.Distinct().Count());
        foreach (var spec in documents.Select(document => document["spec"]!).Where(spec => spec["matchConstraints"] is not null))
        {
            Assert.Equal("Fail", $"{spec["failurePolicy"]}");
            Assert.Equal(
                ["kube-node-lease", "kube-system", "selfheal"],
                spec["matchConstraints"]!["namespaceSelector"]!["matchExpressions"]![0]!["values"]!.AsArray().Select(name => $"{name}"));
            Assert.DoesNotContain(spec["matchConstraints"]!["resourceRules"]!.AsArray(), rule => rule!["resources"]!.AsArray().Any(resource => $"{resource}".Contains('*', StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Goes_by_the_severity_unless_told_what_is_to_follow()
    {
        using var folder = new TempFolder();
        Assert.Equal(["Audit", "Deny", "Warn"], Actions("--profile", "all"));
        Assert.Equal(["Warn"], Actions("--profile", "all", "--action", "Warn"));

        IEnumerable<string> Actions(params string[] args) =>
            Documents(SelfHeal.Run(folder.Root, ["export", "vap", .. args])).Select(document => document["spec"]!["validationActions"]).OfType<JsonArray>().Select(actions => $"{Assert.Single(actions)}").Distinct().Order();
    }

    [Theory]
    [InlineData("admission: {mode: enforce}", "Deny", "Deny")]
    [InlineData("admission: {mode: warn}", "Warn", "Warn")]
    [InlineData("admission: {mode: observe}", "Audit", "Audit")]
    [InlineData("admission: {rules: {pss-privileged: warn}}", "Warn", "Warn")]
    [InlineData("admission: {rules: {pss-privileged: off}}", null, "Warn")]
    [InlineData("admission: {mode: off, rules: {latest-tag: enforce}}", null, "Deny")]
    [InlineData("admission: {scopes: [{rules: [pss-privileged], mode: observe}]}", "Audit", "Warn")]
    [InlineData("admission: {scopes: [{operations: [UPDATE], mode: warn}]}", "Warn", "Warn")]
    [InlineData("admission: {scopes: [{namespaces: {names: [sandbox]}, mode: observe}]}", "Deny", "Warn")]
    [InlineData("admission: {oldViolations: enforce}", "Deny", "Warn")]
    public void Goes_by_the_modes_of_the_policy_file(string admission, string? privileged, string latest)
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", $"version: 1\n{admission}\n");
        var outcome = SelfHeal.Run(folder.Root, "export", "vap", "--rule", "pss-privileged", "--rule", "latest-tag");
        var documents = Documents(outcome);
        Assert.Equal(privileged, ActionOf("pss-privileged"));
        Assert.Equal(latest, ActionOf("latest-tag"));
        Assert.Equal(privileged is null, outcome.Error.Contains("not covered: pss-privileged: its mode in the policy file is off", StringComparison.Ordinal));

        string? ActionOf(string rule) => documents
            .Where(document => document["spec"]!["validations"] is JsonArray validations && validations.Any(each => $"{each!["message"]}".StartsWith(rule, StringComparison.Ordinal)))
            .Select(document => documents.Single(other => $"{other["spec"]!["policyName"]}" == $"{document["metadata"]!["name"]}"))
            .Select(binding => $"{Assert.Single(binding["spec"]!["validationActions"]!.AsArray())}")
            .Distinct()
            .SingleOrDefault();
    }

    [Fact]
    public void Leaves_the_namespace_of_the_webhook_out()
    {
        using var folder = new TempFolder();
        var documents = Documents(SelfHeal.Run(folder.Root, "export", "vap", "--rule", "pss-privileged", "--namespace", "guard", "--exclude-namespace", "storage"));
        Assert.All(documents.Where(document => document["spec"]!["matchConstraints"] is not null), document => Assert.Equal(
            ["guard", "kube-node-lease", "kube-system", "storage"],
            document["spec"]!["matchConstraints"]!["namespaceSelector"]!["matchExpressions"]![0]!["values"]!.AsArray().Select(name => $"{name}")));
    }

    [Theory]
    [InlineData("--namespace Guard: must be the exact name of a namespace", "--namespace", "Guard")]
    [InlineData("there is no such profile; is it 'default'?", "--profile", "defaults")]
    [InlineData("--profile and --rule cannot both be given", "--profile", "default", "--rule", "latest-tag")]
    [InlineData("there is no rule 'latest'", "--rule", "latest")]
    [InlineData("must be the exact name of a namespace", "--exclude-namespace", "shop-*")]
    [InlineData("none of these rules has a form in CEL: sorted-keys: ", "--rule", "sorted-keys")]
    [InlineData("--policy wants the name of a file", "--policy", "")]
    [InlineData("missing.yaml cannot be read", "--policy", "missing.yaml")]
    [InlineData("Block", "--action", "Block")]
    public void Says_what_is_wrong_with_the_command_line(string message, params string[] args)
    {
        using var folder = new TempFolder();
        var outcome = SelfHeal.Run(folder.Root, ["export", "vap", .. args]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static List<JsonNode> Documents(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return [.. Yaml.ReadAll(outcome.Output).Select(document => document!)];
    }
}
