using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Export;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

/// <summary>
/// An export as it lies in a cluster. It judges namespaces that have the run's label, and roles and their bindings that
/// have it themselves; nothing else.
/// </summary>
internal static partial class ExportedPolicies
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1";

    /// <param name="export">Its policies are written and read again, as whoever applies the file would.</param>
    /// <param name="isTerse">Whether a message is to be the rule's id alone, and a violation a warning: then an answer names every rule, not the first.</param>
    public static async Task Install(TestCluster cluster, VapExport export, bool isTerse)
    {
        var policies = new List<string>();
        foreach (var document in Yaml.ReadAll(VapYaml.TextOf(export, "a test", ["kube-node-lease", "kube-system"])))
        {
            var metadata = document!["metadata"]!;
            var called = metadata["name"]!.GetValue<string>();
            var isPolicy = document["kind"]!.GetValue<string>() == "ValidatingAdmissionPolicy";
            if (isPolicy)
            {
                policies.Add(called);
            }

            // Short, as warnings are cut where they are too long together.
            var name = $"{cluster.Run}-{policies.Count}";
            metadata["name"] = name;
            var spec = document["spec"]!;
            if (isPolicy && isTerse)
            {
                foreach (var validation in spec["validations"]!.AsArray())
                {
                    validation!["message"] = IdOf().Match(validation["message"]!.GetValue<string>()).Value;
                    validation.AsObject().Remove("messageExpression");
                }
            }
            else if (!isPolicy)
            {
                spec["policyName"] = name;
                spec["matchResources"] = new JsonObject
                {
                    [called.Contains("role", StringComparison.Ordinal) ? "objectSelector" : "namespaceSelector"] =
                        new JsonObject { ["matchLabels"] = TestCluster.Labels(cluster.Run) },
                };
                spec["validationActions"] = new JsonArray(isTerse ? "Warn" : "Deny");
            }

            var answer = await cluster.Create($"{Group}/validatingadmissionpolic{(isPolicy ? "ies" : "ybindings")}", document);
            Assert.True(answer.IsDone, $"{answer.Message}\n{document}");
        }

        for (var i = 0; i < policies.Count; i++)
        {
            JsonNode? checking = null;
            await TestCluster.Until(
                $"a check of the types of {policies[i]}",
                async () => (checking = (await cluster.Get($"{Group}/validatingadmissionpolicies/{cluster.Run}-{i + 1}")).Body["status"]?["typeChecking"]) is not null);
            Assert.True(checking!["expressionWarnings"] is null, $"{policies[i]}: {checking}");
        }
    }

    /// <summary>The ids of the rules that an answer warns of.</summary>
    public static IReadOnlyList<string> RulesIn(TestCluster cluster, ClusterAnswer answer)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var warning in answer.Warnings.Where(warning => warning.Contains(cluster.Run, StringComparison.Ordinal)))
        {
            // Where an expression has failed, its warning says so in place of a rule's id.
            var match = WarningOf().Match(warning);
            ids.Add(match.Success ? match.Groups[1].Value : warning);
        }

        return [.. ids];
    }

    [GeneratedRegex("^[a-z0-9-]+")]
    private static partial Regex IdOf();

    [GeneratedRegex("binding '[^']+': ([a-z0-9-]+)\"?$")]
    private static partial Regex WarningOf();
}
