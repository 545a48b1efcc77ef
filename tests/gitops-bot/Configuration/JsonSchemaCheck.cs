using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Tests.Configuration;

/// <summary>As much of JSON Schema as the configuration's uses. A keyword that it does not know throws.</summary>
internal sealed class JsonSchemaCheck(JsonObject root)
{
    /// <summary>What the schema says against an instance; null for nothing.</summary>
    public string? ProblemOf(JsonNode? instance) => ProblemOf(instance, root, "");

    /// <summary>The schema with its reference followed.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        if ((string?)schema["$ref"] is not { } reference)
        {
            return schema;
        }

        JsonNode? at = root;
        foreach (var step in reference.Split('/').Skip(1))
        {
            at = at![step];
        }

        return at!.AsObject();
    }

    private string? ProblemOf(JsonNode? instance, JsonObject schema, string path)
    {
        foreach (var (keyword, value) in schema)
        {
            var problem = keyword switch
            {
                "$schema" or "$defs" or "title" or "description" or "default" => null,
                "$ref" => ProblemOf(instance, Resolve(schema), path),
                "type" => (value is JsonArray several ? several.Select(each => (string)each!) : [(string)value!]).Any(type => IsOf(type, instance)) ? null : $"is no {value!.ToJsonString()}",
                "enum" => value!.AsArray().Any(each => JsonNode.DeepEquals(each, instance)) ? null : "is none of the words",
                "pattern" => TextOf(instance) is not { } text || Regex.IsMatch(text, (string)value!) ? null : $"does not match {value}",
                "minLength" => TextOf(instance) is not { } text || text.Length >= (int)value! ? null : "is too short",
                "minimum" => NumberOf(instance) is not { } number || number >= (long)value! ? null : "is too small",
                "maximum" => NumberOf(instance) is not { } number || number <= (long)value! ? null : "is too large",
                "minProperties" => instance is not JsonObject map || map.Count >= (int)value! ? null : "has too few keys",
                "required" => instance is not JsonObject map || value!.AsArray().All(key => map.ContainsKey((string)key!)) ? null : "lacks a key",
                "properties" => instance is not JsonObject map ? null
                    : value!.AsObject().Where(entry => map.ContainsKey(entry.Key)).Select(entry => ProblemOf(map[entry.Key], entry.Value!.AsObject(), $"{path}.{entry.Key}")).FirstOrDefault(each => each is not null),
                "additionalProperties" => instance is not JsonObject map ? null
                    : map.Where(entry => schema["properties"]?[entry.Key] is null)
                        .Select(entry => value is JsonObject each ? ProblemOf(entry.Value, each, $"{path}.{entry.Key}") : $"{path}.{entry.Key} is unknown").FirstOrDefault(each => each is not null),
                "propertyNames" => instance is not JsonObject map ? null
                    : map.Select(entry => ProblemOf(entry.Key, value!.AsObject(), $"{path} key {entry.Key}")).FirstOrDefault(each => each is not null),
                "items" => instance is not JsonArray list ? null
                    : list.Select((each, index) => ProblemOf(each, value!.AsObject(), $"{path}.{index}")).FirstOrDefault(each => each is not null),
                _ => throw new NotSupportedException(keyword),
            };
            if (problem is not null)
            {
                return problem.Contains(' ', StringComparison.Ordinal) && problem.StartsWith('.') ? problem : $"{path} {problem}";
            }
        }

        return null;
    }

    private static bool IsOf(string type, JsonNode? instance) => type switch
    {
        "null" => instance is null,
        "object" => instance is JsonObject,
        "array" => instance is JsonArray,
        "string" => instance?.GetValueKind() == JsonValueKind.String,
        "boolean" => instance?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => NumberOf(instance) is { } number && number == Math.Floor(number),
        _ => throw new NotSupportedException(type),
    };

    private static string? TextOf(JsonNode? instance) => instance?.GetValueKind() == JsonValueKind.String ? (string)instance! : null;

    private static double? NumberOf(JsonNode? instance) => instance?.GetValueKind() == JsonValueKind.Number ? double.Parse(instance.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;
}
