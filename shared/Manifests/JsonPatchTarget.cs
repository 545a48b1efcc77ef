using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// The document while a patch runs over it. Each step answers null, or the reason why it cannot be; after a
/// reason the document is in no state to be used.
/// </summary>
internal sealed class JsonPatchTarget(JsonNode? document)
{
    // As kube-apiserver's limit. Without it, n copies of the document into itself double it n times.
    private const long MaxRelocated = 3 * 1024 * 1024;

    private long _relocated;

    public JsonNode? Document { get; private set; } = document;

    public string? Run(JsonPatchOperation operation) => operation switch
    {
        JsonPatchOperation.Add add => RefuseDeep(add.Value, add.Path) ?? Insert(add.Path, add.Value?.DeepClone()),
        JsonPatchOperation.Remove remove => Take(remove.Path, out _),
        JsonPatchOperation.Replace replace => RefuseDeep(replace.Value, replace.Path) ?? Set(replace.Path, replace.Value?.DeepClone()),
        JsonPatchOperation.Move move => Move(move.From, move.Path),
        JsonPatchOperation.Copy copy => Find(copy.From, out var node) ?? RefuseLarge(node, copy.Path) ?? Insert(copy.Path, node?.DeepClone()),
        JsonPatchOperation.Test test => Find(test.Path, out var node) ?? RefuseUnequal(test.Path, node, test.Value),
        _ => throw new UnreachableException(),
    };

    private static string Missing(JsonPointer path) => $"nothing is at {Excerpt.Of(path.ToString())}";

    private static string? RefuseUnequal(JsonPointer path, JsonNode? found, JsonNode? wanted) =>
        JsonEquality.AreEqual(found, wanted) ? null : $"{Excerpt.Of(path.ToString())} is not as the test wants it";

    private static string? RefuseDeep(JsonNode? value, JsonPointer path) => JsonWeight.TryWeigh(value, path.Tokens().Count, out _)
        ? null
        : $"the document would be nested deeper than {JsonWeight.MaxDepth} levels at {Excerpt.Of(path.ToString())}";

    private string? RefuseLarge(JsonNode? value, JsonPointer path)
    {
        if (!JsonWeight.TryWeigh(value, path.Tokens().Count, out var weight))
        {
            return RefuseDeep(value, path);
        }

        _relocated += weight;
        return _relocated <= MaxRelocated ? null : $"the patch moves and copies more than {MaxRelocated} bytes";
    }

    private string? Move(JsonPointer from, JsonPointer path)
    {
        if (from == path)
        {
            return Find(from, out _);
        }

        return from.Encloses(path)
            ? $"{Excerpt.Of(from.ToString())} cannot be moved into itself"
            : Take(from, out var node) ?? RefuseLarge(node, path) ?? Insert(path, node);
    }

    private string? Find(JsonPointer path, out JsonNode? node)
    {
        node = Document;
        foreach (var token in path.Tokens())
        {
            if (!TryStep(node, token, out node))
            {
                return Missing(path);
            }
        }

        return null;
    }

    private static bool TryStep(JsonNode? container, string token, out JsonNode? node)
    {
        node = null;
        switch (container)
        {
            case JsonObject members:
                return members.TryGetPropertyValue(token, out node);
            case JsonArray items when JsonPointer.TryIndex(token, out var index) && index < items.Count:
                node = items[index];
                return true;
            default:
                return false;
        }
    }

    private string? Insert(JsonPointer path, JsonNode? value)
    {
        if (!path.TrySplit(out var parent, out var token))
        {
            Document = value;
            return null;
        }

        if (Find(parent, out var container) is { } reason)
        {
            return reason;
        }

        switch (container)
        {
            case JsonObject members:
                members[token] = value;
                return null;
            case JsonArray items when token is "-":
                items.Add(value);
                return null;
            case JsonArray items when JsonPointer.TryIndex(token, out var index) && index <= items.Count:
                items.Insert(index, value);
                return null;
            case JsonArray items:
                return $"{Excerpt.Of(path.ToString())} must end in '-' or an index from 0 to {items.Count}";
            default:
                return $"{Excerpt.Of(parent.ToString())} is neither object nor array";
        }
    }

    private string? Set(JsonPointer path, JsonNode? value)
    {
        if (!path.TrySplit(out var parent, out var token))
        {
            Document = value;
            return null;
        }

        if (Find(parent, out var container) is { } reason)
        {
            return reason;
        }

        switch (container)
        {
            case JsonObject members when members.ContainsKey(token):
                members[token] = value;
                return null;
            case JsonArray items when JsonPointer.TryIndex(token, out var index) && index < items.Count:
                items[index] = value;
                return null;
            default:
                return Missing(path);
        }
    }

    private string? Take(JsonPointer path, out JsonNode? node)
    {
        node = null;
        if (!path.TrySplit(out var parent, out var token))
        {
            return "the whole document cannot be removed";
        }

        if (Find(parent, out var container) is { } reason)
        {
            return reason;
        }

        switch (container)
        {
            case JsonObject members when members.Remove(token, out node):
                return null;
            case JsonArray items when JsonPointer.TryIndex(token, out var index) && index < items.Count:
                node = items[index];
                items.RemoveAt(index);
                return null;
            default:
                return Missing(path);
        }
    }
}
