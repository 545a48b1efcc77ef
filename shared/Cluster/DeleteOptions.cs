namespace SelfHealGitOps.Cluster;

/// <summary>How to delete.</summary>
public sealed record DeleteOptions
{
    public static DeleteOptions Default { get; } = new();

    /// <summary>What becomes of what the object owns; null for the type's default.</summary>
    public Propagation? Propagation { get; init; }

    /// <summary>Only this very object, not another of its name.</summary>
    public string? Uid { get; init; }

    /// <summary>Only as long as nobody has changed it since.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Whole seconds; zero is at once. Null for the object's own.</summary>
    public TimeSpan? GracePeriod { get; init; }

    public bool DryRun { get; init; }
}

/// <summary>What becomes of what a deleted object owns.</summary>
public enum Propagation
{
    Background,
    Foreground,
    Orphan,
}
