namespace SelfHealGitOps.Cluster;

/// <summary>How much of which log.</summary>
public sealed record LogOptions
{
    /// <summary>Null where the pod has but one.</summary>
    public string? Container { get; init; }

    /// <summary>Of the run before the last restart.</summary>
    public bool Previous { get; init; }

    public int? TailLines { get; init; }

    /// <summary>Whole seconds; null for everything.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Never more than this is read, from the beginning of what was asked for.</summary>
    public int LimitBytes { get; init; } = 1 << 20;
}
