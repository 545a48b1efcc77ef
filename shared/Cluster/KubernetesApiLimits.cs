namespace SelfHealGitOps.Cluster;

/// <summary>How long to wait, and how much to take.</summary>
public sealed record KubernetesApiLimits
{
    public static KubernetesApiLimits Default { get; } = new();

    /// <summary>From the question to the last byte of the answer. The API server itself gives up after a minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of an answer, in bytes.</summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Of one event of a watch, in bytes. etcd keeps objects of 1.5 MiB, unless it is told otherwise.</summary>
    public int MaxEventBytes { get; init; } = 8 << 20;

    /// <summary>How long after its time a watch may end.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(30);
}
