using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>
/// The shapes of <see cref="ConfigurationFields"/> as JSON Schema. What is null reads as left out, so that null is allowed
/// wherever leaving out is.
/// </summary>
internal static class SchemaShapes
{
    public static JsonObject Map(string description, params (string Key, JsonObject Shape)[] keys) => new()
    {
        ["description"] = description,
        ["type"] = new JsonArray("object", "null"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Key, (JsonNode?)key.Shape))),
    };

    /// <summary>A map whose keys are the owner's.</summary>
    public static JsonObject Named(string description, string? keyPattern, JsonObject each)
    {
        var map = new JsonObject { ["description"] = description, ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = each };
        if (keyPattern is not null)
        {
            map["propertyNames"] = new JsonObject { ["pattern"] = keyPattern };
        }

        return map;
    }

    public static JsonObject List(string description, JsonObject items) => new()
    {
        ["description"] = description,
        ["type"] = new JsonArray("array", "null"),
        ["items"] = items,
    };

    /// <summary>The shape without null, for elements of lists and values that must be there.</summary>
    public static JsonObject Filled(JsonObject shape)
    {
        if (shape["type"] is JsonArray types)
        {
            shape["type"] = types[0]!.DeepClone();
        }

        if (shape["enum"] is JsonArray words)
        {
            shape["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word!.DeepClone())]);
        }

        return shape;
    }

    public static JsonObject Text(string description, string? pattern = null, string? standard = null)
    {
        var shape = new JsonObject { ["description"] = description, ["type"] = new JsonArray("string", "null"), ["minLength"] = 1 };
        if (pattern is not null)
        {
            shape["pattern"] = pattern;
        }

        return With(shape, standard);
    }

    public static JsonObject Url(string description) => Text(description, "^https?://[^@?#]+$");

    public static JsonObject Switch(string description, bool standard) =>
        With(new JsonObject { ["description"] = description, ["type"] = new JsonArray("boolean", "null") }, standard);

    public static JsonObject Integer(string description, long least, long most, long? standard = null) => With(
        new JsonObject { ["description"] = description, ["type"] = new JsonArray("integer", "null"), ["minimum"] = least, ["maximum"] = most }, standard);

    public static JsonObject Duration(string description, TimeSpan standard) => Text(description, DurationText.Pattern, DurationText.Of(standard));

    public static JsonObject Word(string description, IEnumerable<string> words, string? standard = null) =>
        With(new JsonObject { ["description"] = description, ["enum"] = new JsonArray([.. words.Select(word => (JsonNode?)word), null]) }, standard);

    public static JsonObject Secret(string description) => new() { ["description"] = description, ["$ref"] = "#/$defs/secret" };

    public static JsonObject Git(string description) => new() { ["description"] = description, ["$ref"] = "#/$defs/git" };

    private static JsonObject With(JsonObject shape, JsonNode? standard)
    {
        if (standard is not null)
        {
            shape["default"] = standard;
        }

        return shape;
    }
}
