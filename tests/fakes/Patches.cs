using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Fakes;

/// <summary>JSON Patch, merge patch and strategic merge patch, over copies.</summary>
internal static class Patches
{
    public static JsonObject ApplyJson(ResourceType type, string name, JsonObject target, ReadOnlySpan<byte> patch)
    {
        if (JsonPatch.Parse(patch) is not JsonPatchParse.Parsed parsed)
        {
            throw FakeRefusal.BadRequest("error decoding patch");
        }

        return parsed.Patch.Apply(target) is JsonPatchResult.Applied { Document: JsonObject patched }
            ? patched
            : throw new FakeRefusal(new(422, "Invalid", $"the server rejected our request due to an error in our request ({type} {name})", []));
    }

    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target is JsonObject map ? (JsonObject)map.DeepClone() : [];
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                var result = Merge(merged[key], value);
                merged[key] = result;
            }
        }

        return merged;
    }

    /// <exception cref="NotSupportedException">A directive or a list that this fake does not know: it rather says so than guess.</exception>
    public static JsonObject StrategicMerge(JsonObject? target, JsonObject patch, string name = "", string parent = "")
    {
        if (patch.Text("$patch") == "replace")
        {
            var whole = (JsonObject)patch.DeepClone();
            whole.Remove("$patch");
            return whole;
        }

        var merged = target is null ? [] : (JsonObject)target.DeepClone();
        foreach (var (key, value) in patch)
        {
            if (key.StartsWith('$'))
            {
                // The order of elements is taken from the target here.
                if (!key.StartsWith("$setElementOrder/", StringComparison.Ordinal))
                {
                    throw new NotSupportedException($"the fake does not know the directive {key} of strategic merge");
                }
            }
            else if (value is null)
            {
                merged.Remove(key);
            }
            else if (value is JsonObject map)
            {
                var result = StrategicMerge(merged[key] as JsonObject, map, key, name);
                merged[key] = result;
            }
            else if (value is JsonArray list)
            {
                var result = MergeList(merged[key] as JsonArray, list, key, name);
                merged[key] = result;
            }
            else
            {
                merged[key] = value.DeepClone();
            }
        }

        return merged;
    }

    /// <summary>The body as nodes, a duplicate key or other nonsense refused.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return StrictJson.Read(ref reader) ?? throw FakeRefusal.BadRequest("the body is null");
        }
        catch (JsonException)
        {
            throw FakeRefusal.BadRequest("the body of the request was in an unknown format");
        }
    }

    private static JsonArray MergeList(JsonArray? target, JsonArray patch, string name, string parent)
    {
        if (ListKeys.IsSet(name))
        {
            var union = target is null ? [] : (JsonArray)target.DeepClone();
            foreach (var element in patch)
            {
                if (!union.Any(each => JsonNode.DeepEquals(each, element)))
                {
                    union.Add(element?.DeepClone());
                }
            }

            return union;
        }

        if (ListKeys.StrategicOf(name, parent) is not { } key)
        {
            return ListKeys.IsAtomic(name, patch)
                ? (JsonArray)patch.DeepClone()
                : throw new NotSupportedException($"the fake does not know how strategic merge treats the list {name}");
        }

        if (patch.OfType<JsonObject>().Any(element => element.Text("$patch") == "replace"))
        {
            return new([.. patch.Where(element => (element as JsonObject)?.Text("$patch") is null).Select(element => element?.DeepClone())]);
        }

        var merged = target is null ? [] : (JsonArray)target.DeepClone();
        foreach (var element in patch.OfType<JsonObject>())
        {
            if (element[key] is not { } value)
            {
                throw FakeRefusal.BadRequest($"map: {name} does not contain declared merge key: {key}");
            }

            var at = merged.Select((each, i) => (each, i)).Where(each => JsonNode.DeepEquals(each.each?[key], value)).Select(each => each.i).DefaultIfEmpty(-1).First();
            if (element.Text("$patch") == "delete")
            {
                if (at >= 0)
                {
                    merged.RemoveAt(at);
                }
            }
            else if (at >= 0)
            {
                var result = StrategicMerge((JsonObject)merged[at]!, element, name, parent);
                merged[at] = result;
            }
            else
            {
                merged.Add(StrategicMerge(null, element, name, parent));
            }
        }

        return merged;
    }
}
