namespace SelfHealGitOps.Manifests;

/// <summary>Refuses a map that names one key twice. Small maps are compared pairwise, large ones sorted, so that no input makes it slow.</summary>
internal sealed class DuplicateKeys
{
    private const int Small = 48;
    private int[] keys = new int[64];

    /// <param name="merges">The map's own merge keys, of which there may be several; null for none.</param>
    /// <param name="found">Takes the refusals, one for each key that is there again; null where the first one is thrown.</param>
    public void Check(FlatDocument document, int map, List<(int Key, int Value)>? merges, List<ReadFailure>? found = null)
    {
        var count = document[map].Count;
        if (count < 2)
        {
            return;
        }

        if (keys.Length < count)
        {
            keys = new int[Math.Max(count, keys.Length * 2)];
        }

        var key = map + 1;
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (merges is null || !IsMerge(merges, key))
            {
                keys[kept++] = key;
            }

            key = document[key + 1].Next;
        }

        if (kept > Small)
        {
            CheckSorted(document, keys.AsSpan(0, kept), found);
            return;
        }

        for (var i = 1; i < kept; i++)
        {
            var hash = document[keys[i]].Count;
            for (var j = 0; j < i; j++)
            {
                if (document[keys[j]].Count == hash && Refuse(document, keys[j], keys[i], found))
                {
                    break;
                }
            }
        }
    }

    private static bool IsMerge(List<(int Key, int Value)> merges, int key)
    {
        foreach (var merge in merges)
        {
            if (merge.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    // Apart from Check, because its closure would be allocated for every map.
    private static void CheckSorted(FlatDocument document, Span<int> keys, List<ReadFailure>? found)
    {
        keys.Sort((a, b) => Compare(document, a, b));
        for (var i = 1; i < keys.Length; i++)
        {
            Refuse(document, keys[i - 1], keys[i], found);
        }
    }

    private static int Compare(FlatDocument document, int a, int b)
    {
        var byHash = document[a].Count.CompareTo(document[b].Count);
        var byText = byHash != 0 ? byHash : document.Text(a).SequenceCompareTo(document.Text(b));
        return byText != 0 ? byText : a.CompareTo(b);
    }

    /// <returns>True when the keys are the same, and that was put down.</returns>
    private static bool Refuse(FlatDocument document, int first, int second, List<ReadFailure>? found)
    {
        if (document[first].Count != document[second].Count || !document.Text(first).SequenceEqual(document.Text(second)))
        {
            return false;
        }

        var failure = new ReadFailure(
            ProblemCode.DuplicateKey,
            document[second].Start,
            $"the key '{document.TextString(second)}' stands twice in one map, first on line {document.Source.Locate(document[first].Start).Line}");
        if (found is null)
        {
            throw failure;
        }

        found.Add(failure);
        return true;
    }
}
