using System.Text.Json.Nodes;

namespace SelfHealGitOps.Fakes;

/// <summary>Places in an object, as <c>metadata.managedFields</c> has them: <c>f:name</c>, <c>k:{"name":"web"}</c>, and <c>.</c> for an element itself.</summary>
internal sealed class FieldSet
{
    private const char Separator = '\u0001';

    private readonly HashSet<string> paths;

    public FieldSet(IEnumerable<string>? paths = null) => this.paths = new(paths ?? [], StringComparer.Ordinal);

    public IReadOnlyCollection<string> Paths => paths;

    /// <summary>All leaves of an object that somebody can own.</summary>
    public static FieldSet Of(JsonObject item)
    {
        var set = new FieldSet();
        set.Add(item, "", "", "");
        return set;
    }

    public static FieldSet Read(JsonNode? fieldsV1)
    {
        var set = new FieldSet();
        Read(fieldsV1 as JsonObject ?? [], "", set.paths);
        return set;
    }

    public JsonObject Write()
    {
        var root = new JsonObject();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var at = root;
            foreach (var step in path.Split(Separator))
            {
                if (at[step] is not JsonObject next)
                {
                    next = [];
                    at[step] = next;
                }

                at = next;
            }
        }

        return root;
    }

    public bool Contains(string path) => paths.Contains(path);

    /// <summary>Whether anything at or below a path is owned.</summary>
    public bool Covers(string path) => paths.Contains(path) || paths.Any(each => each.StartsWith(path + Separator, StringComparison.Ordinal));

    public FieldSet Without(FieldSet other) => new(paths.Where(path => !other.Contains(path)));

    public FieldSet With(IEnumerable<string> more) => new(paths.Concat(more));

    public FieldSet Within(FieldSet other) => new(paths.Where(other.Contains));

    /// <summary>As messages have it: <c>.spec.template.spec.containers[name="web"].image</c>.</summary>
    public static string Show(string path)
    {
        var shown = new System.Text.StringBuilder();
        foreach (var step in path.Split(Separator))
        {
            if (step.StartsWith("f:", StringComparison.Ordinal))
            {
                shown.Append('.').Append(step.AsSpan(2));
            }
            else if (step.StartsWith("k:", StringComparison.Ordinal))
            {
                var keys = (JsonObject)JsonNode.Parse(step[2..])!;
                shown.Append('[').AppendJoin(',', keys.Select(key => $"{key.Key}={key.Value?.ToJsonString()}")).Append(']');
            }
        }

        return shown.ToString();
    }

    /// <summary>What stands at a path: null where nothing does.</summary>
    public static JsonNode? At(JsonObject item, string path)
    {
        JsonNode? node = item;
        foreach (var step in path.Split(Separator))
        {
            node = step == "." ? node
                : step.StartsWith("f:", StringComparison.Ordinal) ? (node as JsonObject)?[step[2..]]
                : Element(node as JsonArray, step);
        }

        return node;
    }

    /// <summary>Takes away what stands at a path. Maps that become empty stay.</summary>
    public static void Remove(JsonObject item, string path)
    {
        var steps = path.Split(Separator);
        if (steps[^1] == ".")
        {
            steps = steps[..^1];
        }

        JsonNode? node = item;
        foreach (var step in steps[..^1])
        {
            node = step.StartsWith("f:", StringComparison.Ordinal) ? (node as JsonObject)?[step[2..]] : Element(node as JsonArray, step);
        }

        var last = steps[^1];
        if (last.StartsWith("f:", StringComparison.Ordinal))
        {
            (node as JsonObject)?.Remove(last[2..]);
        }
        else if (Element(node as JsonArray, last) is { } element)
        {
            ((JsonArray)node!).Remove(element);
        }
    }

    /// <summary>The path of the element that a path ends in with <c>.</c>; null where it does not.</summary>
    public static string? ElementOf(string path) => path.EndsWith(Separator + ".", StringComparison.Ordinal) ? path[..^2] : null;

    private static JsonNode? Element(JsonArray? list, string step)
    {
        foreach (var element in list ?? [])
        {
            if (step.StartsWith("v:", StringComparison.Ordinal) && element?.ToJsonString() == step[2..])
            {
                return element;
            }

            if (step.StartsWith("k:", StringComparison.Ordinal) && element is JsonObject map
                && JsonNode.Parse(step[2..]) is JsonObject keys && ListKeys.Address(map, [.. keys.Select(key => key.Key)]) == step[2..])
            {
                return element;
            }
        }

        return null;
    }

    private static void Read(JsonObject at, string prefix, HashSet<string> paths)
    {
        foreach (var (step, below) in at)
        {
            var path = prefix.Length == 0 ? step : prefix + Separator + step;
            if (below is JsonObject { Count: > 0 } more)
            {
                Read(more, path, paths);
            }
            else
            {
                paths.Add(path);
            }
        }
    }

    private void Add(JsonObject map, string prefix, string name, string parent)
    {
        foreach (var (key, value) in map)
        {
            if (prefix.Length == 0 && key is "apiVersion" or "kind")
            {
                continue;
            }

            if (prefix == "f:metadata" && key is not ("labels" or "annotations" or "finalizers" or "ownerReferences"))
            {
                continue;
            }

            var path = prefix.Length == 0 ? "f:" + key : prefix + Separator + "f:" + key;
            switch (value)
            {
                case JsonObject { Count: > 0 } inner:
                    Add(inner, path, key, name);
                    break;
                case JsonObject when path == "f:metadata":
                    break;
                case JsonArray { Count: > 0 } list when ListKeys.IsSet(key):
                    foreach (var element in list)
                    {
                        paths.Add(path + Separator + "v:" + element?.ToJsonString());
                    }

                    break;
                case JsonArray { Count: > 0 } list when ListKeys.Of(key, name) is { Length: > 0 } keys && list.All(element => element is JsonObject):
                    foreach (var element in list.OfType<JsonObject>())
                    {
                        var at = path + Separator + "k:" + ListKeys.Address(element, keys);
                        paths.Add(at + Separator + ".");
                        Add(element, at, key, name);
                    }

                    break;
                default:
                    paths.Add(path);
                    break;
            }
        }
    }
}
