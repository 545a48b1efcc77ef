using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Objects by what they select, so that labels are held against the few selectors that may match them.</summary>
internal sealed class SelectorIndex
{
    private readonly Dictionary<Place, List<SetObject>> wanting = [];
    private readonly Dictionary<string, List<SetObject>> others = new(StringComparer.Ordinal);

    public SelectorIndex(IEnumerable<SetObject> objects, Func<SetObject, LabelSelector> selectorOf)
    {
        var valid = new List<Anchored>();
        var counts = new Dictionary<Place, int>();
        foreach (var each in objects)
        {
            var selector = selectorOf(each);
            if (!selector.IsValid)
            {
                continue;
            }

            var anchors = selector.Anchors().ToList();
            valid.Add(new(each, anchors));
            foreach (var place in anchors.SelectMany(anchor => Places(each.Namespace, anchor)))
            {
                counts[place] = counts.GetValueOrDefault(place) + 1;
            }
        }

        // Everything that matches carries the rarest anchor too, so each selector need stand in one place only.
        foreach (var (each, anchors) in valid)
        {
            if (anchors.Count == 0)
            {
                Listing.Add(others, each.Namespace, each);
                continue;
            }

            foreach (var place in Places(each.Namespace, anchors.MinBy(anchor => Places(each.Namespace, anchor).Sum(place => counts[place]))!))
            {
                Listing.Add(wanting, place, each);
            }
        }
    }

    /// <summary>Objects among which all are that select these labels.</summary>
    public IEnumerable<SetObject> MaySelect(Field labels, string @namespace)
    {
        var found = new List<SetObject>();
        foreach (var label in labels.Entries)
        {
            Add(found, new(@namespace, label.Key, label.Value.Text ?? ""));
            Add(found, new(@namespace, label.Key, null));
        }

        if (others.TryGetValue(@namespace, out var list))
        {
            found.AddRange(list);
        }

        return found;
    }

    private void Add(List<SetObject> found, Place place)
    {
        if (wanting.TryGetValue(place, out var list))
        {
            found.AddRange(list);
        }
    }

    private static IEnumerable<Place> Places(string @namespace, LabelAnchor anchor) => anchor.Values.Count == 0
        ? [new(@namespace, anchor.Key, null)]
        : anchor.Values.Select(value => new Place(@namespace, anchor.Key, value));

    /// <param name="Value">Null for any.</param>
    private sealed record Place(string Namespace, string Key, string? Value);

    private sealed record Anchored(SetObject Object, IReadOnlyList<LabelAnchor> Anchors);
}
