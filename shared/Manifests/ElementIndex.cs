using System.Runtime.InteropServices;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// Finds the elements of long lists without going through them: each list is gone through once. Built when first asked,
/// kept until the document is filled again; short lists are not worth it.
/// </summary>
internal sealed class ElementIndex(FlatDocument document)
{
    public const int Long = 32;

    private readonly Dictionary<int, List<int>> children = [];
    private readonly Dictionary<(int List, string? Key), Dictionary<string, List<int>>> byText = [];

    /// <summary>The elements that steps have been found to lead to: where all are called the same, each step leads to all.</summary>
    public Dictionary<(int List, PathStep Step), IReadOnlyList<int>> Matches { get; } = [];

    public void Clear()
    {
        Matches.Clear();
        children.Clear();
        byText.Clear();
    }

    /// <summary>The values of a map or the elements of a list, in order.</summary>
    public List<int> Children(int collection)
    {
        ref var nodes = ref CollectionsMarshal.GetValueRefOrAddDefault(children, collection, out var isKnown);
        if (isKnown)
        {
            return nodes!;
        }

        nodes = new List<int>(document[collection].Count);
        var toValue = document[collection].Kind == NodeKind.Map ? 1 : 0;
        var at = collection + 1 + toValue;
        for (var i = 0; i < document[collection].Count; i++)
        {
            nodes.Add(at);
            at = document[at].Next + toValue;
        }

        return nodes;
    }

    /// <summary>The child that holds a node, and its position.</summary>
    public (int Child, int Position) Toward(int collection, int node)
    {
        var nodes = Children(collection);
        var at = nodes.BinarySearch(node);
        var position = at >= 0 ? at : ~at - 1;
        return (nodes[position], position);
    }

    /// <summary>The positions of the elements with this text below the key, or with this text where there is no key.</summary>
    public IReadOnlyList<int> Positions(int list, string? key, string text)
    {
        if (!byText.TryGetValue((list, key), out var index))
        {
            byText.Add((list, key), index = new(StringComparer.Ordinal));
            var nodes = Children(list);
            for (var position = 0; position < nodes.Count; position++)
            {
                var element = new Field(document, nodes[position]);
                if ((key is null ? element : element[key]).Text is { } found)
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(index, found, out _) ??= []).Add(position);
                }
            }
        }

        return index.TryGetValue(text, out var positions) ? positions : [];
    }
}
