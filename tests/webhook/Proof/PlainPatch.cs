using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>
/// RFC 6902 once more, in the plainest way and from the text of the RFC: what two appliers agree on, the API server's will not
/// read differently. Throws where an operation cannot be carried out.
/// </summary>
internal static class PlainPatch
{
    public static JsonNode Apply(JsonArray patch, JsonNode document)
    {
        // A root of its own, so that no operation is a special case.
        var holder = new JsonObject { ["root"] = document.DeepClone() };
        foreach (var operation in patch)
        {
            Run(holder, operation!.AsObject());
        }

        return holder["root"]!.DeepClone();
    }

    private static void Run(JsonObject holder, JsonObject operation)
    {
        var path = Steps(operation["path"]!);
        switch (operation["op"]!.GetValue<string>())
        {
            case "add":
                Add(holder, path, operation["value"]?.DeepClone());
                break;
            case "remove":
                Remove(holder, path);
                break;
            case "replace":
                Remove(holder, path);
                Add(holder, path, operation["value"]?.DeepClone());
                break;
            case "move":
                var from = Steps(operation["from"]!);
                var moved = Get(holder, from)?.DeepClone();
                Remove(holder, from);
                Add(holder, path, moved);
                break;
            case "copy":
                Add(holder, path, Get(holder, Steps(operation["from"]!))?.DeepClone());
                break;
            case "test":
                if (!JsonNode.DeepEquals(Get(holder, path), operation["value"]))
                {
                    throw new InvalidOperationException($"test failed: {operation.ToJsonString()}");
                }

                break;
            case var other:
                throw new InvalidOperationException($"there is no operation {other}");
        }
    }

    private static string[] Steps(JsonNode pointer) =>
        [.. ("/root" + pointer.GetValue<string>()).Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static JsonNode? Get(JsonNode? at, ReadOnlySpan<string> steps)
    {
        foreach (var step in steps)
        {
            at = at switch
            {
                JsonObject map when map.TryGetPropertyValue(step, out var value) => value,
                JsonArray list => list[Index(step, list.Count - 1)],
                _ => throw new InvalidOperationException($"there is no '{step}'"),
            };
        }

        return at;
    }

    private static void Add(JsonObject holder, string[] steps, JsonNode? value)
    {
        switch (Get(holder, steps.AsSpan(0, steps.Length - 1)))
        {
            case JsonObject map:
                map[steps[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(steps[^1] == "-" ? list.Count : Index(steps[^1], list.Count), value);
                break;
            default:
                throw new InvalidOperationException($"nothing can be added at {string.Join('/', steps)}");
        }
    }

    private static void Remove(JsonObject holder, string[] steps)
    {
        switch (Get(holder, steps.AsSpan(0, steps.Length - 1)))
        {
            case JsonObject map when map.ContainsKey(steps[^1]):
                map.Remove(steps[^1]);
                break;
            case JsonArray list:
                list.RemoveAt(Index(steps[^1], list.Count - 1));
                break;
            default:
                throw new InvalidOperationException($"there is nothing at {string.Join('/', steps)}");
        }
    }

    private static int Index(string step, int last) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= last && (step.Length == 1 || step[0] != '0')
            ? index
            : throw new InvalidOperationException($"'{step}' is no index up to {last}");
}
