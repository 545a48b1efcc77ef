using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The objects of a file as one number, whatever the layout of its text: SHA-256 over each object as canonical JSON in the
/// file's order, with a line feed behind each. Canonical means: no white space, the keys of every map in the order of their
/// UTF-16 code units, strings as System.Text.Json escapes them by default, numbers in the digits they are written with.
/// </summary>
internal static class RenderedHash
{
    /// <returns>64 hexadecimal digits in lower case.</returns>
    public static string Of(IEnumerable<JsonNode?> objects)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var each in objects)
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 2000 }))
            {
                Write(writer, each);
            }

            hash.AppendData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
