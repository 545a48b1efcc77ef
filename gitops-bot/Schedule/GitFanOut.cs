namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Whom the edited file feeds. Null is "not known", as in <see cref="LiveGraph"/>; the first of each is the one meant, and costs nothing.</summary>
internal sealed record GitFanOut
{
    public static GitFanOut Unknown { get; } = new();

    /// <summary>A file that feeds one application of one cluster, and no overlay besides.</summary>
    public static GitFanOut Single { get; } = new() { Overlays = [], Applications = [], Clusters = [] };

    public IReadOnlyList<string>? Overlays { get; init; }

    public IReadOnlyList<string>? Applications { get; init; }

    public IReadOnlyList<string>? Clusters { get; init; }

    /// <summary>Of two files, or of two objects of one file.</summary>
    public GitFanOut And(GitFanOut other) => new()
    {
        Overlays = Names.Union(Overlays, other.Overlays),
        Applications = Names.Union(Applications, other.Applications),
        Clusters = Names.Union(Clusters, other.Clusters),
    };
}
