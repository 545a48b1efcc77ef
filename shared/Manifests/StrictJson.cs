using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Reads JSON from outside into nodes with nothing left to go wrong later: JsonNode.Parse keeps duplicate keys and
/// halves of surrogate pairs, and throws when they are first touched. Numbers keep their spelling.
/// </summary>
internal static class StrictJson
{
    /// <summary>Reads the value that the reader stands on, to its last token.</summary>
    /// <exception cref="JsonException">Not JSON, a duplicate key, or a string that is not Unicode.</exception>
    public static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    AddMember(members, ReadText(ref reader), ref reader);
                }

                return members;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader));
                }

                return items;
            case JsonTokenType.String:
                return JsonValue.Create(ReadText(ref reader));
            case JsonTokenType.Number:
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(reader.GetBoolean());
            default:
                return null;
        }
    }

    /// <summary>Reads the value after the name that the reader stands on.</summary>
    public static void AddMember(JsonObject members, string name, ref Utf8JsonReader reader)
    {
        if (members.ContainsKey(name))
        {
            throw new JsonException($"duplicate key {Excerpt.Of(name)}");
        }

        reader.Read();
        members.Add(name, Read(ref reader));
    }

    public static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a string is not Unicode", exception);
        }
    }
}
