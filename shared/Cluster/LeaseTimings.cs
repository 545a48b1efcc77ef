namespace SelfHealGitOps.Cluster;

/// <summary>How long a leader is believed, and how often it says so. As Kubernetes' own controllers have it.</summary>
public sealed record LeaseTimings
{
    public static LeaseTimings Default { get; } = new();

    /// <summary>How long others wait since they last saw a renewal. Whole seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader goes on without one. The rest of the duration is for the work to stop in.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between attempts.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    internal void Check()
    {
        if (!(Duration > RenewDeadline && RenewDeadline > RetryPeriod && RetryPeriod > TimeSpan.Zero && Duration >= TimeSpan.FromSeconds(1)))
        {
            throw new ArgumentException($"a lease of {Duration} with a deadline of {RenewDeadline} and a retry each {RetryPeriod}; must be each longer than the next, and the first a second at least");
        }
    }
}
