namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What an edit touches.</summary>
internal enum ChangeKind
{
    Metadata,
    Labels,
    Probes,
    Rollout,
    Resources,
    Replicas,
    Scheduling,
    Image,
    Configuration,
    ApiVersion,
    Security,
    Identity,
    Network,
    Storage,
    Rbac,
    Selector,
    Namespace,
    Extension,

    /// <summary>A field this table does not place.</summary>
    Other,
}

/// <summary>What a kind of change costs before anything is known of where it happens.</summary>
internal sealed record ChangeBase(ChangeKind Kind, string Word, int Points, string Why)
{
    public static IReadOnlyList<ChangeBase> All { get; } =
    [
        new(ChangeKind.Metadata, "metadata", 1, "annotations: read by tools, not by the pod"),
        new(ChangeKind.Labels, "labels", 3, "labels outside the pod template: other objects may select by them"),
        new(ChangeKind.Probes, "probes", 4, "a wrong probe holds a rollout up or restarts pods; the version that runs stays"),
        new(ChangeKind.Rollout, "rollout", 5, "how pods are replaced: shows at the next rollout"),
        new(ChangeKind.Resources, "resources", 6, "too little is an OOM kill or a pod that finds no node"),
        new(ChangeKind.Replicas, "replicas", 6, "capacity, and what an autoscaler believes"),
        new(ChangeKind.Scheduling, "scheduling", 7, "a pod may find no node"),
        new(ChangeKind.Image, "image", 8, "other code runs"),
        new(ChangeKind.Configuration, "configuration", 8, "the same code does other things"),
        new(ChangeKind.ApiVersion, "api-version", 9, "the object is read by other rules"),
        new(ChangeKind.Security, "security", 10, "what the process may do: it can fail at once, or late"),
        new(ChangeKind.Identity, "identity", 14, "whom the pod is to the cluster: all its calls may be refused"),
        new(ChangeKind.Network, "network", 14, "who reaches whom"),
        new(ChangeKind.Storage, "storage", 18, "data that a revert does not bring back"),
        new(ChangeKind.Rbac, "rbac", 20, "what others may do, at once and without a rollout"),
        new(ChangeKind.Selector, "selector", 22, "who belongs to whom: traffic and pods are orphaned in one step"),
        new(ChangeKind.Namespace, "namespace", 25, "quotas, pod security and policies of everything within"),
        new(ChangeKind.Extension, "extension", 30, "CRDs, API services and admission webhooks: every write of the cluster passes them"),
        new(ChangeKind.Other, "other", 30, "not placed by this table, so as much as the heaviest"),
    ];

    public static ChangeBase Of(ChangeKind kind) => All.First(entry => entry.Kind == kind);
}
