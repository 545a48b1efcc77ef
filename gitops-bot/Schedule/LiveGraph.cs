namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// What the cluster says about the object that a change touches. Null is "not known" everywhere, and counts as the most
/// that the input can count: not being allowed to look never makes a change cheaper. Order and repetition in the lists
/// mean nothing.
/// </summary>
internal sealed record LiveGraph
{
    /// <summary>Nobody looked, or nobody could.</summary>
    public static LiveGraph Unknown { get; } = new();

    /// <summary>Looked, and there is nothing: an object without pods that nobody refers to.</summary>
    public static LiveGraph Alone { get; } = new()
    {
        Replicas = 0,
        Pods = new Dictionary<string, int>(),
        NeedsRestart = false,
        Disruption = Schedule.Disruption.NoPods,
        HasAutoscaler = false,
        Services = [],
        Ingresses = [],
        Consumers = [],
        Claims = [],
    };

    /// <summary>Pods that run now.</summary>
    public int? Replicas { get; init; }

    /// <summary>How many of them each workload has; null where that is not known, and then no two objects are taken to share any.</summary>
    public IReadOnlyDictionary<string, int>? Pods { get; init; }

    /// <summary>Whether the change replaces pods: everything in a pod template does.</summary>
    public bool? NeedsRestart { get; init; }

    public Disruption? Disruption { get; init; }

    public bool? HasAutoscaler { get; init; }

    /// <summary>Services that select the pods.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Ingresses and Gateway routes in front of those Services.</summary>
    public IReadOnlyList<string>? Ingresses { get; init; }

    /// <summary>Workloads that use the ConfigMap, Secret or ServiceAccount that is changed.</summary>
    public IReadOnlyList<string>? Consumers { get; init; }

    /// <summary>PersistentVolumeClaims that the pods mount.</summary>
    public IReadOnlyList<string>? Claims { get; init; }

    /// <summary>Of two objects that change together. Null wins: what is not known of one is not known of both.</summary>
    public LiveGraph And(LiveGraph other) => new()
    {
        Replicas = Replicas is { } a && other.Replicas is { } b ? (int)Math.Clamp((long)a + b - Shared(other), Math.Max(a, b), int.MaxValue) : null,
        Pods = Union(other),
        NeedsRestart = NeedsRestart is { } first && other.NeedsRestart is { } second ? first || second : null,
        Disruption = Disruption is { } here && other.Disruption is { } there ? here.And(there) : null,
        HasAutoscaler = HasAutoscaler is { } one && other.HasAutoscaler is { } two ? one || two : null,
        Services = Names.Union(Services, other.Services),
        Ingresses = Names.Union(Ingresses, other.Ingresses),
        Consumers = Names.Union(Consumers, other.Consumers),
        Claims = Names.Union(Claims, other.Claims),
    };

    /// <summary>Pods that both bear on, such as a Deployment and its disruption budget.</summary>
    private long Shared(LiveGraph other) =>
        Pods is { } here && other.Pods is { } there ? here.Sum(pod => (long)Math.Min(pod.Value, there.GetValueOrDefault(pod.Key))) : 0;

    private Dictionary<string, int>? Union(LiveGraph other) => Pods is { } here && other.Pods is { } there
        ? here.Concat(there).GroupBy(pod => pod.Key, pod => pod.Value, StringComparer.Ordinal).ToDictionary(pods => pods.Key, pods => pods.Max(), StringComparer.Ordinal)
        : null;
}
