namespace SelfHealGitOps.Tests;

/// <summary>Collections of other projects' cases that are read, never copied: beside the checkout, or where SELFHEAL_CORPORA says.</summary>
internal static class Corpora
{
    /// <summary>The folder of all corpora; null where this machine has none.</summary>
    public static string? Root { get; } = Locate();

    public static bool Has(string corpus) => Root is not null && Directory.Exists(Path.Combine(Root, corpus));

    /// <summary>A file or folder of the corpora; only for tests that are skipped where they are absent.</summary>
    public static string PathOf(params ReadOnlySpan<string> segments) =>
        Path.Combine([Root ?? throw new InvalidOperationException("no corpora here: mark the test with CorporaFact or CorporaTheory"), .. segments]);

    private static string? Locate()
    {
        if (Environment.GetEnvironmentVariable("SELFHEAL_CORPORA") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        var beside = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "corpora"));
        return Directory.Exists(beside) ? beside : null;
    }
}
