using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Asks a cluster who hangs on what is to be changed. One for each pass: each namespace is listed once, whatever the
/// number of findings in it. Secrets and ConfigMaps are never listed, only what names them.
/// </summary>
internal sealed class LiveGraphReader(ICluster cluster)
{
    private static readonly ResourceType[] Listed =
    [
        ResourceTypes.Pods, ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets,
        ResourceTypes.Jobs, ResourceTypes.CronJobs, ResourceTypes.Services, ResourceTypes.ServiceAccounts,
        new("", "v1", "replicationcontrollers", "ReplicationController", true),
        new("argoproj.io", "v1alpha1", "rollouts", "Rollout", true),
        new("networking.k8s.io", "v1", "ingresses", "Ingress", true),
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true),
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true),
    ];

    // These may lead into any namespace.
    private static readonly ResourceType[] Routes =
    [
        new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true),
        new("gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute", true),
    ];

    private readonly Dictionary<string, Task<Snapshot>> snapshots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>?> labels = new(StringComparer.Ordinal);
    private Task<IReadOnlyList<Answer>>? routes;

    /// <param name="target">The object as its file has it.</param>
    /// <param name="namespace">Where it is in the cluster; null for an object of the whole cluster, and where nobody knows.</param>
    public async Task<LiveGraph> ReadAsync(SetObject target, string? @namespace, IReadOnlyList<Edit> edits, CancellationToken cancellationToken)
    {
        if ((target is { Group: "", Kind: "Namespace" } ? target.Name : @namespace) is not { Length: > 0 } place)
        {
            return LiveGraph.Unknown with { NeedsRestart = target.HasPod && edits.Count > 0 ? Restart.IsNeeded(target, edits) : null };
        }

        var snapshot = await SnapshotAsync(place, cancellationToken).ConfigureAwait(false);
        var live = snapshot.Set.Named(target.Kind, place, target.Name).FirstOrDefault(each => each.Group == target.Group);
        return new ObjectGraph(snapshot.Set, [place], snapshot.Unknown, isDeclared: false).Of(target, live, edits);
    }

    /// <summary>Of an object of the cluster whose pods an action takes away.</summary>
    /// <param name="seen">As it was read just now, in its namespace.</param>
    public async Task<LiveGraph> OfRunningAsync(JsonObject seen, CancellationToken cancellationToken)
    {
        // The reading takes managed fields out of what it reads.
        if (LiveObjects.Of((JsonObject)seen.DeepClone()) is not { Namespace.Length: > 0 } target)
        {
            return LiveGraph.Unknown with { NeedsRestart = true };
        }

        var snapshot = await SnapshotAsync(target.Namespace, cancellationToken).ConfigureAwait(false);
        var live = snapshot.Set.Named(target.Kind, target.Namespace, target.Name).FirstOrDefault(each => each.Group == target.Group);
        return new ObjectGraph(snapshot.Set, [target.Namespace], snapshot.Unknown, isDeclared: false).OfRunning(live ?? target);
    }

    /// <summary>The labels of a namespace, for its class; null where they cannot be read.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> LabelsAsync(string @namespace, CancellationToken cancellationToken)
    {
        if (!labels.TryGetValue(@namespace, out var found))
        {
            var reply = await cluster.GetAsync(new(ResourceTypes.Namespaces, null, @namespace), cancellationToken).ConfigureAwait(false);
            found = reply is ClusterReply.Done done ? LabelsOf(done) : null;
            labels[@namespace] = found;
        }

        return found;
    }

    private static Dictionary<string, string> LabelsOf(ClusterReply.Done done) =>
        (done.Object["metadata"]?["labels"] as JsonObject ?? [])
            .ToDictionary(label => label.Key, label => label.Value?.ToString() ?? "", StringComparer.Ordinal);

    private Task<Snapshot> SnapshotAsync(string @namespace, CancellationToken cancellationToken)
    {
        if (!snapshots.TryGetValue(@namespace, out var snapshot) || snapshot.IsCanceled || snapshot.IsFaulted)
        {
            snapshots[@namespace] = snapshot = ListAsync(@namespace, cancellationToken);
        }

        return snapshot;
    }

    private async Task<Snapshot> ListAsync(string @namespace, CancellationToken cancellationToken)
    {
        if (routes is null || routes.IsCanceled || routes.IsFaulted)
        {
            routes = AskAsync(Routes, null, cancellationToken);
        }

        var answers = await AskAsync(Listed, @namespace, cancellationToken).ConfigureAwait(false);
        answers = [.. answers, .. await routes.ConfigureAwait(false)];
        return new(
            ObjectSet.Of(answers.SelectMany(answer => answer.Objects ?? [])),
            answers.Where(answer => answer.Objects is null).Select(answer => answer.Kind).ToHashSet(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<Answer>> AskAsync(ResourceType[] types, string? @namespace, CancellationToken cancellationToken) =>
        await Task.WhenAll(types.Select(async type => new Answer(
            type.Kind,
            await cluster.ListAllAsync(type, @namespace, new(), cancellationToken).ConfigureAwait(false) switch
            {
                ListReply.Listed listed => LiveObjects.Of(listed.Items),
                // A type that the cluster does not serve has no objects.
                ListReply.Failed { Why: ClusterReply.Refused { Status.IsNotFound: true } } => [],
                _ => null,
            }))).ConfigureAwait(false);

    /// <param name="Objects">Null where the cluster did not say.</param>
    private sealed record Answer(string Kind, IReadOnlyList<SetObject>? Objects);

    private sealed record Snapshot(ObjectSet Set, IReadOnlySet<string> Unknown);
}
