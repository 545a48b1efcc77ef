using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Things by the labels that they carry: a selector is held against the few that may match, and not against all. What
/// carries most labels in common is found through the rarest of them.
/// </summary>
internal sealed class LabelIndex<T>
{
    private static readonly List<T> None = [];

    private readonly Dictionary<Place, List<T>> carriers = [];
    private readonly Dictionary<string, List<T>> byNamespace = new(StringComparer.Ordinal);
    private readonly List<T> all = [];

    public LabelIndex(IEnumerable<T> things, Func<T, string> namespaceOf, Func<T, Field> labelsOf)
    {
        foreach (var thing in things)
        {
            var @namespace = namespaceOf(thing);
            all.Add(thing);
            Listing.Add(byNamespace, @namespace, thing);
            foreach (var label in labelsOf(thing).Entries)
            {
                var (key, value) = (label.Key, label.Value.Text ?? "");
                Listing.Add(carriers, new(@namespace, key, value), thing);
                Listing.Add(carriers, new(@namespace, key, null), thing);
                Listing.Add(carriers, new(null, key, value), thing);
                Listing.Add(carriers, new(null, key, null), thing);
            }
        }
    }

    /// <param name="namespace">Null for all.</param>
    public List<T> In(string? @namespace) => @namespace is null ? all : byNamespace.GetValueOrDefault(@namespace, None);

    /// <summary>Those among which all are that the selector matches.</summary>
    /// <param name="namespace">Null for all.</param>
    public IEnumerable<T> MayMatch(LabelSelector selector, string? @namespace)
    {
        List<T>[] rarest = [In(@namespace)];
        var fewest = rarest[0].Count;
        foreach (var anchor in selector.Anchors())
        {
            var lists = Carrying(anchor, @namespace);
            var count = lists.Sum(list => list.Count);
            if (count < fewest)
            {
                (rarest, fewest) = (lists, count);
            }
        }

        return rarest.SelectMany(list => list);
    }

    /// <summary>Those that carry something of what the selector wants, the rarest first; what carries more comes more than once.</summary>
    public IEnumerable<T> Sharing(LabelSelector selector, string? @namespace) =>
        selector.Anchors().SelectMany(anchor => Carrying(anchor, @namespace)).OrderBy(list => list.Count).SelectMany(list => list);

    private List<T>[] Carrying(LabelAnchor anchor, string? @namespace) => anchor.Values.Count == 0
        ? [carriers.GetValueOrDefault(new(@namespace, anchor.Key, null), None)]
        : [.. anchor.Values.Select(value => carriers.GetValueOrDefault(new(@namespace, anchor.Key, value), None))];

    /// <param name="Namespace">Null for all namespaces together.</param>
    /// <param name="Value">Null for any.</param>
    private sealed record Place(string? Namespace, string Key, string? Value);
}
