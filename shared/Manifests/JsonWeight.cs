using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>What a piece of JSON costs to hold: roughly its bytes.</summary>
internal static class JsonWeight
{
    /// <summary>Arrays and objects within one another: whatever can be read can be patched.</summary>
    public const int MaxDepth = ManifestReader.MaxDepth;

    // A node of a single character still takes an object of its own.
    private const int PerNode = 8;

    /// <summary>False when the node, standing inside so many containers, would exceed <see cref="MaxDepth"/>.</summary>
    public static bool TryWeigh(JsonNode? node, int depth, out long weight)
    {
        weight = 0;
        return TryAdd(node, depth, ref weight);
    }

    private static bool TryAdd(JsonNode? node, int depth, ref long weight)
    {
        weight += PerNode;
        switch (node)
        {
            case JsonValue value:
                weight += value.GetValueKind() == JsonValueKind.String && value.TryGetValue(out string? text) ? text.Length : 0;
                return true;
            case JsonObject or JsonArray when depth >= MaxDepth:
                return false;
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    weight += name.Length;
                    if (!TryAdd(member, depth + 1, ref weight))
                    {
                        return false;
                    }
                }

                return true;
            case JsonArray items:
                foreach (var item in items)
                {
                    if (!TryAdd(item, depth + 1, ref weight))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }
}
