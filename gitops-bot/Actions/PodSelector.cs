using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>A selector of a workload, as lists take it.</summary>
internal static class PodSelector
{
    /// <summary>Null where it selects everything, or there is none.</summary>
    public static string? Of(JsonObject? selector)
    {
        var terms = new List<string>();
        foreach (var (key, value) in selector?["matchLabels"] as JsonObject ?? [])
        {
            terms.Add($"{key}={value}");
        }

        foreach (var expression in (selector?["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var (key, values) = (expression.Text("key"), string.Join(',', expression.Texts("values")));
            terms.Add(expression.Text("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "DoesNotExist" => $"!{key}",
                _ => $"{key}",
            });
        }

        return terms.Count == 0 ? null : string.Join(',', terms);
    }
}
