using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Reads what may be absent or of another type than it should be.</summary>
public static class JsonObjectText
{
    /// <summary>The member's text; null where it is absent or no string.</summary>
    public static string? Text(this JsonObject map, string key) =>
        map.TryGetPropertyValue(key, out var node) && node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static string? Text(this JsonObject map, string key, string inner) => (map[key] as JsonObject)?.Text(inner);

    public static bool IsTrue(this JsonObject map, string key) => map[key] is JsonValue value && value.TryGetValue(out bool claim) && claim;

    public static IEnumerable<string> Texts(this JsonObject map, string key)
    {
        foreach (var node in map[key] as JsonArray ?? [])
        {
            if (node is JsonValue value && value.TryGetValue(out string? text))
            {
                yield return text;
            }
        }
    }
}
