using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Equality as RFC 6902 section 4.6 has it. Not JsonNode.DeepEquals, which throws on an exponent beyond 32 bits,
/// and calls 2^53 and 2^53 + 1 equal when one of them was made from a double.
/// </summary>
internal static class JsonEquality
{
    public static bool AreEqual(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, null) => true,
        (JsonObject one, JsonObject other) => AreEqual(one, other),
        (JsonArray one, JsonArray other) => AreEqual(one, other),
        (JsonValue one, JsonValue other) => AreEqual(one, other),
        _ => false,
    };

    private static bool AreEqual(JsonObject left, JsonObject right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (name, value) in left)
        {
            if (!right.TryGetPropertyValue(name, out var other) || !AreEqual(value, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEqual(JsonArray left, JsonArray right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!AreEqual(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEqual(JsonValue left, JsonValue right)
    {
        var kind = left.GetValueKind();
        return kind == right.GetValueKind() && kind switch
        {
            JsonValueKind.Number => JsonNumber.Of(left) == JsonNumber.Of(right),
            JsonValueKind.String => JsonNode.DeepEquals(left, right),
            _ => true,
        };
    }
}
