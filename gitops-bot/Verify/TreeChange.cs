using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// A scalar, a list of scalars or an empty collection that is there in one of two trees only, or not the same in both. What
/// comes or goes as a whole is taken apart, so that nothing hides inside of it.
/// </summary>
/// <param name="Path">Keys; an element of a list as <c>[name]</c> where all elements have names of their own, else as <c>[2]</c>.</param>
/// <param name="IsBefore">False where it was not there, be it as null.</param>
/// <param name="IsAfter">False where it is gone.</param>
internal sealed record TreeChange(IReadOnlyList<string> Path, JsonNode? Before, JsonNode? After, bool IsBefore, bool IsAfter)
{
    public string Last => Path.Count == 0 ? "" : Path[^1];

    /// <summary>The last step that is a key.</summary>
    public string LastKey => Path.LastOrDefault(step => !IsElement(step)) ?? "";

    public bool IsAdded => IsAfter && !IsBefore;

    public bool IsRemoved => IsBefore && !IsAfter;

    public bool Passes(string key) => Path.Contains(key, StringComparer.Ordinal);

    public bool StartsWith(params ReadOnlySpan<string> keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (i >= Path.Count || Path[i] != keys[i])
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => string.Join('.', Path).Replace(".[", "[", StringComparison.Ordinal);

    public static bool IsElement(string step) => step.StartsWith('[');

    public static IReadOnlyList<TreeChange> Between(JsonNode? before, JsonNode? after)
    {
        var changes = new List<TreeChange>();
        Compare([], before, after, true, true, changes);
        return changes;
    }

    private static void Compare(List<string> path, JsonNode? before, JsonNode? after, bool isBefore, bool isAfter, List<TreeChange> changes)
    {
        if (isBefore == isAfter && JsonEquality.AreEqual(before, after))
        {
            return;
        }

        // What turned from one kind of value into another is both: it went, and something else came.
        if (isBefore && isAfter && Shape(before) != Shape(after))
        {
            Compare(path, before, null, true, false, changes);
            Compare(path, null, after, false, true, changes);
            return;
        }

        var (one, other) = before is JsonArray || after is JsonArray ? Elements(before as JsonArray, after as JsonArray) : (Entries(before), Entries(after));
        if (one.Count == 0 && other.Count == 0)
        {
            changes.Add(new([.. path], before, after, isBefore, isAfter));
            return;
        }

        if (before is JsonArray && after is JsonArray && !one.Keys.Where(other.ContainsKey).SequenceEqual(other.Keys.Where(one.ContainsKey), StringComparer.Ordinal))
        {
            // Only the order.
            changes.Add(new([.. path], before, after, true, true));
        }

        foreach (var key in one.Keys.Concat(other.Keys.Where(key => !one.ContainsKey(key))))
        {
            path.Add(key);
            var hasOne = one.TryGetValue(key, out var mine);
            var hasOther = other.TryGetValue(key, out var theirs);
            Compare(path, mine, theirs, hasOne, hasOther, changes);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static int Shape(JsonNode? node) => node switch
    {
        JsonObject => 1,
        JsonArray => 2,
        _ => 0,
    };

    private static OrderedDictionary<string, JsonNode?> Entries(JsonNode? node) =>
        node is JsonObject map ? new(map, StringComparer.Ordinal) : new(StringComparer.Ordinal);

    /// <summary>Empty for two lists of scalars, which are compared as wholes.</summary>
    private static (OrderedDictionary<string, JsonNode?> One, OrderedDictionary<string, JsonNode?> Other) Elements(JsonArray? before, JsonArray? after)
    {
        if (IsOfScalars(before) && IsOfScalars(after))
        {
            return (Entries(null), Entries(null));
        }

        var byName = HaveNames(before) && HaveNames(after);
        return (Elements(before, byName), Elements(after, byName));
    }

    private static OrderedDictionary<string, JsonNode?> Elements(JsonArray? list, bool byName)
    {
        var elements = new OrderedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            elements.Add(byName ? $"[{NameOf(list![i])}]" : $"[{i.ToString(CultureInfo.InvariantCulture)}]", list![i]);
        }

        return elements;
    }

    private static bool IsOfScalars(JsonArray? list) => list is null || list.All(element => element is null or JsonValue);

    private static bool HaveNames(JsonArray? list) =>
        list is null
        || (list.All(element => NameOf(element) is not null) && list.Select(NameOf).Distinct(StringComparer.Ordinal).Count() == list.Count);

    private static string? NameOf(JsonNode? node) =>
        node is JsonObject map && map.TryGetPropertyValue("name", out var name) && name is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : null;
}
