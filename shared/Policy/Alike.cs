namespace SelfHealGitOps.Policy;

/// <summary>Words that look like a word: what somebody meant who mistyped it, or knows it by a longer name.</summary>
internal static class Alike
{
    /// <summary>As many as a person reads.</summary>
    public const int Most = 3;

    /// <summary>A set may hold thousands, and a hint is not worth looking at all of them for each finding.</summary>
    private const int MostLookedAt = 200;

    /// <summary><c>; alike are web, web-api</c>: the names of those that look like the name. Empty where none does.</summary>
    public static string Of(string name, IEnumerable<SetObject> objects)
    {
        List<string> alike = [.. objects
            .Take(MostLookedAt)
            .Where(each => each.Group.Length == 0 && Is(name, each.Name))
            .Select(each => each.Name)
            .Distinct()
            .Take(Most)];
        return alike.Count == 0 ? "" : $"; alike {(alike.Count == 1 ? "is" : "are")} {string.Join(", ", alike)}";
    }

    /// <summary>True for words with a typing mistake between them (two, where they are long), or of which one is the other and a dash and more.</summary>
    public static bool Is(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0 || a == b)
        {
            return a == b;
        }

        var (shorter, longer) = a.Length < b.Length ? (a, b) : (b, a);
        return longer.StartsWith(shorter + "-", StringComparison.Ordinal)
            || longer.EndsWith("-" + shorter, StringComparison.Ordinal)
            || (shorter.Length >= 3 && IsWithin(a, b, shorter.Length < 8 ? 1 : 2));
    }

    /// <summary>True where at most so many characters put in, left out, changed or swapped with their neighbour make one of the other.</summary>
    private static bool IsWithin(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        var start = a.CommonPrefixLength(b);
        a = a[start..];
        b = b[start..];
        if (a.IsEmpty || b.IsEmpty || most == 0)
        {
            return a.Length + b.Length <= most;
        }

        return (a.Length > 1 && b.Length > 1 && a[0] == b[1] && a[1] == b[0] && IsWithin(a[2..], b[2..], most - 1))
            || IsWithin(a[1..], b[1..], most - 1)
            || IsWithin(a[1..], b, most - 1)
            || IsWithin(a, b[1..], most - 1);
    }
}
