namespace SelfHealGitOps.Cluster;

/// <summary>What came of trying to get or to keep a lease.</summary>
public abstract record LeaseAttempt
{
    private LeaseAttempt()
    {
    }

    public sealed record Held : LeaseAttempt;

    public sealed record HeldByOther(string Holder) : LeaseAttempt;

    /// <summary>Somebody else was quicker, or nobody answered: not known who holds it.</summary>
    public sealed record Failed(ClusterReply Why) : LeaseAttempt;
}
