namespace SelfHealGitOps.Manifests;

/// <summary>Whether two fields hold the same value, as the API server counts: the order of keys is none, absent and null are one. Allocates nothing.</summary>
public static class FieldEquality
{
    /// <summary>The API server writes keys in order, so that maps are compared side by side; this bounds what others can cost.</summary>
    private const int MostOutOfOrder = 1000;

    public static bool AreEqual(Field a, Field b)
    {
        if (a.Kind != b.Kind)
        {
            return false;
        }

        switch (a.Kind)
        {
            case NodeKind.Map:
                return Holds(a, b, Name.None, Name.None) && Holds(b, a, Name.None, Name.None);
            case NodeKind.List:
                if (a.Count != b.Count)
                {
                    return false;
                }

                var others = b.Elements.GetEnumerator();
                foreach (var element in a.Elements)
                {
                    if (!others.MoveNext() || !AreEqual(element, others.Current))
                    {
                        return false;
                    }
                }

                return true;
            case NodeKind.Null:
                return true;
            default:
                // Numbers by their spelling: 1 and 1.0 differ here, which at worst judges an object that has not changed.
                return a.Utf8.SequenceEqual(b.Utf8);
        }
    }

    /// <summary>True for two maps that are the same in all but these entries.</summary>
    public static bool AreEqualBut(Field a, Field b, Name but, Name orBut) =>
        a.IsMap && b.IsMap && Holds(a, b, but, orBut) && Holds(b, a, but, orBut);

    /// <summary>True when every entry of a map that is not null is in the other with the same value.</summary>
    private static bool Holds(Field map, Field other, Name but, Name orBut)
    {
        var outOfOrder = 0;
        var beside = other.Entries.GetEnumerator();
        foreach (var entry in map.Entries)
        {
            var isBeside = beside.MoveNext() && beside.Current.Utf8Key.SequenceEqual(entry.Utf8Key);
            if (!entry.Value.Exists || (entry.Name != Name.None && (entry.Name == but || entry.Name == orBut)))
            {
                continue;
            }

            if (!isBeside && ++outOfOrder > MostOutOfOrder)
            {
                return false;
            }

            if (!AreEqual(entry.Value, isBeside ? beside.Current.Value : Find(other, entry.Utf8Key)))
            {
                return false;
            }
        }

        return true;
    }

    private static Field Find(Field map, ReadOnlySpan<byte> key)
    {
        var found = map.Document.Find(map.Node, key);
        return found < 0 ? default : new Field(map.Document, found);
    }
}
