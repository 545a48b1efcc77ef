using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Tests.Configuration;

/// <summary>The keys of a schema as people read them: <c>forges.*.kind</c>, <c>repositories[].url</c>, with what is to be known of each.</summary>
internal static class SchemaKeys
{
    public static IEnumerable<(string Path, string Type, string Default, string Description)> Of(JsonObject root) => Of(root, root, "");

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static IEnumerable<(string Path, string Type, string Default, string Description)> Of(JsonObject schema, JsonObject root, string path)
    {
        if (path.Length > 0)
        {
            yield return (path, TypeOf(schema), schema["default"] is { } standard ? standard.ToString() : "", (string)schema["description"]!);
        }

        var resolved = schema["$ref"] is { } reference ? root["$defs"]![((string)reference!).Split('/')[^1]]!.AsObject() : schema;
        foreach (var (key, value) in resolved["properties"]?.AsObject() ?? [])
        {
            foreach (var below in Of(value!.AsObject(), root, Join(path, key)))
            {
                yield return below;
            }
        }

        foreach (var (keyword, suffix) in new[] { ("additionalProperties", ".*"), ("items", "[]") })
        {
            if (resolved[keyword] is JsonObject each)
            {
                foreach (var below in Of(each, root, path + suffix))
                {
                    yield return below;
                }
            }
        }
    }

    private static string TypeOf(JsonObject schema)
    {
        if (schema["$ref"] is { } reference)
        {
            return ((string)reference!).Split('/')[^1];
        }

        if (schema["enum"] is JsonArray words)
        {
            return string.Join(", ", words.Where(word => word is not null).Select(word => word!.ToString()));
        }

        var type = schema["type"] is JsonArray types ? (string)types[0]! : (string)schema["type"]!;
        return type switch
        {
            "object" => "map",
            "array" => "list",
            "boolean" => "true, false",
            "integer" => (long)schema["maximum"]! == long.MaxValue ? "number" : $"{schema["minimum"]} to {schema["maximum"]}",
            _ => (string?)schema["pattern"] == Bot.Configuration.DurationText.Pattern ? "time" : "text",
        };
    }
}
