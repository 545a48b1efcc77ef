using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>Whose rules are put back, and who does it, where certificates come from elsewhere.</summary>
internal sealed record RearmingOptions
{
    /// <summary>Where the Lease is.</summary>
    public required string Namespace { get; init; }

    public required string Lease { get; init; }

    /// <summary>Null for none.</summary>
    public string? ValidatingConfiguration { get; init; }

    /// <summary>Null for none.</summary>
    public string? MutatingConfiguration { get; init; }

    /// <summary>This process's alone, such as the pod's name and something random.</summary>
    public required string Identity { get; init; }

    public LeaseTimings Timings { get; init; } = LeaseTimings.Default;

    /// <summary>Between two looks at the configurations.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}
