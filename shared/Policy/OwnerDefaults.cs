using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Values that the owner gives for fixes; null means that the owner has not decided.</summary>
public sealed record OwnerDefaults
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>A quantity for <c>resources.requests.cpu</c>, such as <c>100m</c>.</summary>
    public string? CpuRequest { get; init; }

    public string? CpuLimit { get; init; }

    /// <summary>A quantity for <c>resources.requests.memory</c>, such as <c>128Mi</c>.</summary>
    public string? MemoryRequest { get; init; }

    public string? MemoryLimit { get; init; }

    /// <summary>A user id above 0 for <c>runAsUser</c>.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>A whole probe, for containers that have none.</summary>
    public Value.Map? LivenessProbe { get; init; }

    public Value.Map? ReadinessProbe { get; init; }

    /// <summary>Seconds that a finished Job is kept; 0 for not at all.</summary>
    public long? TtlSecondsAfterFinished { get; init; }

    public string? PriorityClassName { get; init; }

    /// <summary>Labels for objects that must have them, by key; empty where the owner has decided on none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = None;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = None;
}
