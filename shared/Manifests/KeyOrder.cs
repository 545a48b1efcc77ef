namespace SelfHealGitOps.Manifests;

/// <summary>Where a person would put a new key: in the alphabet where its neighbours are in it, else last.</summary>
internal sealed class KeyOrder
{
    private const int Enough = 3;
    private readonly List<(string Key, int Index)> sorted = [];
    private readonly int leading;
    private readonly bool isSorted;
    private readonly int count;

    /// <param name="keys">The keys in the text, in order.</param>
    /// <param name="isRoot">The object's root, whose first keys have an order of their own.</param>
    public KeyOrder(IReadOnlyList<string> keys, bool isRoot)
    {
        count = keys.Count;
        for (var i = 0; i < keys.Count; i++)
        {
            var isLeading = isRoot ? keys[i] is "apiVersion" or "kind" or "metadata" or "spec" or "status" : i == 0 && keys[i] == "name";
            if (isLeading)
            {
                leading = i + 1;
            }
            else
            {
                sorted.Add((keys[i], i));
            }
        }

        isSorted = sorted.Count >= Enough
            && Enumerable.Range(1, sorted.Count - 1).All(i => string.CompareOrdinal(sorted[i - 1].Key, sorted[i].Key) < 0);
    }

    /// <summary>The number of keys that the new one goes after; all of them where there is no order.</summary>
    public int Place(string key)
    {
        if (!isSorted)
        {
            return count;
        }

        var before = sorted.FindLastIndex(pair => string.CompareOrdinal(pair.Key, key) < 0);
        return before < 0 ? Math.Min(leading, sorted[0].Index) : sorted[before].Index + 1;
    }

    public static List<Addition> Sort(IReadOnlyList<Addition> additions, bool isSorted) =>
        isSorted ? [.. additions.OrderBy(addition => addition.Key, StringComparer.Ordinal)] : [.. additions];

    public bool IsSorted => isSorted;
}
