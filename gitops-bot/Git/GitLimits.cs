namespace SelfHealGitOps.Bot.Git;

/// <summary>What one repository may cost.</summary>
internal sealed record GitLimits
{
    /// <summary>Of one file, in bytes. A larger one is not downloaded where the server knows filters, and never read or written.</summary>
    public int FileBytes { get; init; } = 4 << 20;

    /// <summary>Of one commit: entries of its tree.</summary>
    public int Files { get; init; } = 200_000;

    /// <summary>Of one work area, in bytes.</summary>
    public long TotalBytes { get; init; } = 512L << 20;

    public TimeSpan FetchPatience { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan PushPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For what needs no network.</summary>
    public TimeSpan LocalPatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long another process may hold a clone before we give up for now.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromMinutes(1);
}
