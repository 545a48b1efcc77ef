using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>Finds in one object the place that a path names in another state of it, and takes its value along.</summary>
internal static class FieldAt
{
    private const int MostDepth = 16;

    /// <summary>The field; absent where an element on the way is not there just once, or is known by its position alone.</summary>
    public static Field Of(Field root, FieldPath path)
    {
        var at = root;
        foreach (var step in path.Steps)
        {
            at = step switch
            {
                PathStep.Key(var name) => at[name],
                PathStep.Element({ Count: > 0 } match) => Element(at, match),
                _ => default,
            };
        }

        return at;
    }

    /// <summary>Null for what no edit can write: nothing, or too deep.</summary>
    public static Value? ValueOf(Field field, int depth = 0)
    {
        if (depth > MostDepth || !field.Exists)
        {
            return null;
        }

        if (field.IsMap)
        {
            var entries = new List<KeyValuePair<string, Value>>();
            foreach (var entry in field.Entries)
            {
                if (ValueOf(entry.Value, depth + 1) is not { } value)
                {
                    return null;
                }

                entries.Add(new(entry.Key, value));
            }

            return new Value.Map([.. entries]);
        }

        if (field.IsList)
        {
            var elements = new List<Value>();
            foreach (var element in field.Elements)
            {
                if (ValueOf(element, depth + 1) is not { } value)
                {
                    return null;
                }

                elements.Add(value);
            }

            return new Value.List([.. elements]);
        }

        // A number with a fraction, as a quantity may be written, is the same quantity in quotes.
        return field.Kind == NodeKind.Boolean ? field.IsTrue
            : field.Kind == NodeKind.Number && field.Integer is { } number ? number
            : field.Text!;
    }

    private static Field Element(Field list, EquatableArray<KeyValuePair<string, string>> match)
    {
        var found = default(Field);
        foreach (var element in list.Elements)
        {
            var isIt = true;
            foreach (var (key, value) in match)
            {
                isIt &= element[key].Text == value;
            }

            if (isIt && found.Exists)
            {
                return default;
            }

            found = isIt ? element : found;
        }

        return found;
    }
}
