namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Lists of names, of which order and repetition mean nothing.</summary>
internal static class Names
{
    /// <summary>Null where either is not known.</summary>
    public static IReadOnlyList<string>? Union(IReadOnlyList<string>? a, IReadOnlyList<string>? b) =>
        a is null || b is null ? null : Sorted(a.Concat(b));

    public static IReadOnlyList<string> Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
