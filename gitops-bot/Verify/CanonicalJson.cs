using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// One text for one tree, for hashes and for nothing else: no white space, the keys of every map in the order of their
/// UTF-16 code units, strings as System.Text.Json escapes them by default, numbers in the digits they are written with.
/// </summary>
internal static class CanonicalJson
{
    private const int MaxDepth = 2000;

    public static string Of(JsonNode? node) => Encoding.UTF8.GetString(BytesOf(node).Span);

    public static ReadOnlyMemory<byte> BytesOf(JsonNode? node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth }))
        {
            Write(writer, node);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var element in list)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(node.ToJsonString(), skipInputValidation: true);
                break;
        }
    }
}
