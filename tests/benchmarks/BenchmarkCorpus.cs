namespace SelfHealGitOps.Benchmarks;

/// <summary>The YAML files that are measured over: the corpora beside the checkout, or this repository's own examples.</summary>
internal static class BenchmarkCorpus
{
    public static string Checkout { get; } = FindCheckout();

    /// <summary>Recorded admission reviews, compliant (<c>-ok</c>) and violating (<c>-bad</c>); null where there are none.</summary>
    public static string? Reviews
    {
        get
        {
            var corpora = Environment.GetEnvironmentVariable("SELFHEAL_CORPORA") is { Length: > 0 } named ? named : Path.Combine(Checkout, "..", "shared", "corpora");
            var folder = Path.GetFullPath(Path.Combine(corpora, "..", "bench", "reviews"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    public static List<(string File, byte[] Bytes)> Load(string? named)
    {
        var beside = named ?? Path.GetFullPath(Path.Combine(Checkout, "..", "shared", "corpora", "repos"));
        var folder = Directory.Exists(beside) ? beside : Path.Combine(Checkout, "examples");
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal)
            .Select(file => (file, File.ReadAllBytes(file)))];
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SelfHealGitOps.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no SelfHealGitOps.sln above {AppContext.BaseDirectory}");
    }
}
