using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Paths of <see cref="TreeChange"/> in trees: an element is found by its name, else by its place.</summary>
internal static class TreePath
{
    /// <summary>Null also where a null stands.</summary>
    public static JsonNode? Find(JsonNode? node, IEnumerable<string> path) => Walk(node, path, out _);

    public static bool Exists(JsonNode? node, IEnumerable<string> path)
    {
        Walk(node, path, out var isThere);
        return isThere;
    }

    private static JsonNode? Walk(JsonNode? node, IEnumerable<string> path, out bool isThere)
    {
        isThere = true;
        foreach (var step in path)
        {
            switch (node)
            {
                case JsonObject map:
                    isThere = map.TryGetPropertyValue(step, out node);
                    break;
                case JsonArray list when TreeChange.IsElement(step):
                    var name = step[1..^1];
                    node = list.FirstOrDefault(element => element is JsonObject named && SafetyCase.Text(named["name"]) == name)
                        ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < list.Count ? list[i] : null);
                    isThere = node is not null;
                    break;
                default:
                    isThere = false;
                    break;
            }

            if (!isThere)
            {
                return null;
            }
        }

        return node;
    }
}
