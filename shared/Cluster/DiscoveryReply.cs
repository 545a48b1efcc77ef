namespace SelfHealGitOps.Cluster;

/// <summary>What became of asking for everything that the cluster serves.</summary>
public abstract record DiscoveryReply
{
    private DiscoveryReply()
    {
    }

    public sealed record Found(Discovery Discovery) : DiscoveryReply;

    /// <summary>Nothing is known, not even the core group.</summary>
    /// <param name="Why">Refused or unavailable.</param>
    public sealed record Failed(ClusterReply Why) : DiscoveryReply;
}
