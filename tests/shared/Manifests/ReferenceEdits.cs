using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>What edits mean, on a tree: all are resolved against the tree as it was, and removals come last.</summary>
internal static class ReferenceEdits
{
    public static JsonNode? Apply(JsonNode? tree, IEnumerable<Edit> edits)
    {
        var result = new JsonObject { ["root"] = tree?.DeepClone() };
        var original = result["root"];
        var removals = new List<(JsonNode Parent, string Key)>();
        var pending = edits.Select(edit => (edit, Places: Places(original, edit.Path))).ToList();
        foreach (var (edit, places) in pending)
        {
            switch (edit)
            {
                case Edit.Remove when places is not null && places.Count == edit.Path.Steps.Count:
                    removals.Add(places[^1]);
                    break;
                case Edit.Set set:
                    Put(original!, edit.Path, places!, _ => set.Value.ToJson());
                    break;
                case Edit.Append append:
                    Put(original!, edit.Path, places!, old =>
                    {
                        var list = old as JsonArray ?? [];
                        list.Add(append.Value.ToJson());
                        return list;
                    });
                    break;
            }
        }

        // From the back, so that the removal of one element moves none that is still to be removed.
        foreach (var (parent, key) in removals.Distinct().OrderByDescending(place => place.Parent is JsonArray ? Position(place.Key) : 0))
        {
            if (parent is JsonObject map)
            {
                map.Remove(key);
            }
            else
            {
                parent.AsArray().RemoveAt(Position(key));
            }
        }

        return result["root"]?.DeepClone();
    }

    /// <summary>The places on the way, as far as they are there; null where an element is not there.</summary>
    private static List<(JsonNode Parent, string Key)>? Places(JsonNode? root, FieldPath path)
    {
        var places = new List<(JsonNode, string)>();
        var at = root;
        foreach (var step in path.Steps)
        {
            switch (step)
            {
                case PathStep.Key(var key) when at is JsonObject map && map.ContainsKey(key):
                    places.Add((at, key));
                    at = map[key];
                    break;
                case PathStep.Key:
                    return places;
                default:
                    if (at is not JsonArray list || Index(list, step) is not (>= 0 and var index))
                    {
                        return null;
                    }

                    places.Add((at, index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                    at = list[index];
                    break;
            }
        }

        return places;
    }

    private static int Position(string key) => int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);

    private static int Index(JsonArray list, PathStep step) => step is PathStep.Index(var index) ? index : list.ToList().FindIndex(element => step switch
    {
        PathStep.Item(var value) => element is JsonValue && element.ToString() == value,
        PathStep.Element(var match) => match.All(pair => element is JsonObject map && map[pair.Key]?.ToString() == pair.Value),
        _ => false,
    });

    private static void Put(JsonNode root, FieldPath path, List<(JsonNode Parent, string Key)> places, Func<JsonNode?, JsonNode> value)
    {
        var at = root;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var isLast = i == path.Steps.Count - 1;
            if (at is JsonArray list)
            {
                var index = Position(places[i].Key);
                if (isLast)
                {
                    var element = list[index];
                    if (value(element) is var replaced && replaced != element)
                    {
                        list[index] = replaced;
                    }

                    return;
                }

                at = list[index] ??= new JsonObject();
            }
            else
            {
                var key = ((PathStep.Key)path.Steps[i]).Name;
                var map = at.AsObject();
                if (isLast)
                {
                    var old = map[key];
                    var made = value(old);
                    if (made != old)
                    {
                        map[key] = made;
                    }

                    return;
                }

                at = map[key] ??= new JsonObject();
            }
        }
    }
}
