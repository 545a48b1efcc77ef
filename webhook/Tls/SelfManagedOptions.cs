using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>What is this installation's own in its cluster.</summary>
internal sealed record SelfManagedOptions
{
    public required string Namespace { get; init; }

    /// <summary>The name of the Service that the API server calls.</summary>
    public required string Service { get; init; }

    public required string Secret { get; init; }

    public required string Lease { get; init; }

    /// <summary>Null for none.</summary>
    public string? ValidatingConfiguration { get; init; }

    /// <summary>Null for none.</summary>
    public string? MutatingConfiguration { get; init; }

    /// <summary>This process's alone, such as the pod's name and something random.</summary>
    public required string Identity { get; init; }

    public LeaseTimings Timings { get; init; } = LeaseTimings.Default;

    /// <summary>Between two looks at the Secret and at the configurations.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Which rules an entry of a webhook configuration is to have; null for leaving those that it has.</summary>
/// <param name="configuration">As it is in the cluster; not to be changed.</param>
internal delegate JsonArray? EntryRules(JsonObject configuration, string entryName);
