namespace SelfHealGitOps.Manifests;

/// <summary>Refuses a map that names one key twice. Small maps are compared pairwise, large ones sorted, so that no input makes it slow.</summary>
internal sealed class DuplicateKeys
{
    private const int Small = 12;
    private int[] keys = new int[64];

    public void Check(FlatDocument document, int map)
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
        for (var i = 0; i < count; i++)
        {
            keys[i] = key;
            key = document[key + 1].Next;
        }

        if (count > Small)
        {
            keys.AsSpan(0, count).Sort((a, b) => Compare(document, a, b));
            for (var i = 1; i < count; i++)
            {
                Refuse(document, keys[i - 1], keys[i]);
            }

            return;
        }

        for (var i = 1; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (document[keys[i]].Count == document[keys[j]].Count)
                {
                    Refuse(document, keys[j], keys[i]);
                }
            }
        }
    }

    private static int Compare(FlatDocument document, int a, int b)
    {
        var byHash = document[a].Count.CompareTo(document[b].Count);
        var byText = byHash != 0 ? byHash : document.Text(a).SequenceCompareTo(document.Text(b));
        return byText != 0 ? byText : a.CompareTo(b);
    }

    private static void Refuse(FlatDocument document, int first, int second)
    {
        if (document[first].Count == document[second].Count && document.Text(first).SequenceEqual(document.Text(second)))
        {
            throw new ReadFailure(
                ProblemCode.DuplicateKey,
                document[second].Start,
                $"the key '{document.TextString(second)}' stands twice in one map, first on line {document.Source.Locate(document[first].Start).Line}");
        }
    }
}
