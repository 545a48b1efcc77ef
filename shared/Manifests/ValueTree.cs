namespace SelfHealGitOps.Manifests;

/// <summary>Values as trees that grow: several edits below one missing place make one subtree.</summary>
internal static class ValueTree
{
    /// <summary>The tree with an edit's value put below it. Null when another edit put a value of another shape in the way.</summary>
    public static Value? Put(Value? tree, ReadOnlySpan<string> keys, Edit edit)
    {
        if (keys.IsEmpty)
        {
            return (edit, tree) switch
            {
                (Edit.Set set, _) => set.Value,
                (Edit.Append append, null) => new Value.List([append.Value]),
                (Edit.Append append, Value.List(var elements)) => new Value.List([.. elements, append.Value]),
                _ => null,
            };
        }

        if (tree is not (null or Value.Map))
        {
            return null;
        }

        KeyValuePair<string, Value>[] entries = tree is Value.Map map ? [.. map.Entries] : [];
        var key = keys[0];
        var at = Array.FindIndex(entries, entry => entry.Key == key);
        if (Put(at < 0 ? null : entries[at].Value, keys[1..], edit) is not { } value)
        {
            return null;
        }

        if (at < 0)
        {
            return new Value.Map([.. entries, new(key, value)]);
        }

        entries[at] = new(key, value);
        return new Value.Map([.. entries]);
    }

    public static bool AreEqual(Field field, Value value)
    {
        switch (value)
        {
            case Value.Text(var text):
                return field.IsString && field.Text == text;
            case Value.Number(var number):
                return field.Integer == number;
            case Value.Boolean(var boolean):
                return boolean ? field.IsTrue : field.IsFalse;
            case Value.Map(var entries):
                if (!field.IsMap || field.Count != entries.Count)
                {
                    return false;
                }

                foreach (var (key, inner) in entries)
                {
                    if (field[key] is not { IsWritten: true } found || !AreEqual(found, inner))
                    {
                        return false;
                    }
                }

                return true;
            case Value.List(var elements):
                var at = 0;
                foreach (var element in field.Elements)
                {
                    if (at == elements.Count || !AreEqual(element, elements[at++]))
                    {
                        return false;
                    }
                }

                return field.IsList && at == elements.Count;
            default:
                return false;
        }
    }
}
