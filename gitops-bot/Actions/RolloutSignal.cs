using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>A rollout has come to its end: the controller has seen it, all pods are of the new template, and all are available.</summary>
/// <param name="Since">When it began; pods made later are its pods.</param>
internal sealed record RolloutSignal(ObjectReference Target, DateTimeOffset Since) : ActionSignal
{
    public const string Expected = "`status.observedGeneration` reaches `metadata.generation`, all replicas are updated and available, none of the old pods is left, and no container of the new ones restarts";

    public override async Task<SignalReading> LookAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        if (await cluster.GetAsync(Target, cancellationToken) is not ClusterReply.Done done)
        {
            return new(IsThere: false, 0, "the workload could not be read");
        }

        var workload = new Workload(done.Object);
        var status = workload.Status;
        int Of(string key) => Workload.Number(status, key) ?? 0;
        var wanted = workload.WantedPods;
        var (updated, available, all) = workload.Kind switch
        {
            "DaemonSet" => (Of("updatedNumberScheduled"), Of("numberAvailable"), Of("currentNumberScheduled")),
            // Before 1.25 nothing says what is available of a StatefulSet.
            "StatefulSet" => (status.Text("currentRevision") is { } current && current == status.Text("updateRevision") ? Of("replicas") : Of("updatedReplicas"), Workload.Number(status, "availableReplicas") ?? Of("readyReplicas"), Of("replicas")),
            _ => (Of("updatedReplicas"), Of("availableReplicas"), Of("replicas")),
        };
        var isThere = workload.IsObserved && wanted is { } count && updated >= count && available >= count && (workload.Kind == "DaemonSet" || all == updated);
        var restarts = await RestartsAsync(cluster, workload, cancellationToken);
        return new(isThere, restarts ?? 0, string.Create(
            CultureInfo.InvariantCulture,
            $"{(workload.IsObserved ? "seen by its controller" : "not yet seen by its controller")}, {updated} of {wanted} updated, {available} available, {restarts?.ToString(CultureInfo.InvariantCulture) ?? "not known how many"} restarts"));
    }

    public override IAsyncEnumerable<WatchEvent> Watch(ICluster cluster, TimeSpan timeout, CancellationToken cancellationToken) =>
        cluster.WatchAsync(Target.Type, Target.Namespace, new() { FieldSelector = $"metadata.name={Target.Name}", Timeout = timeout }, cancellationToken);

    private async Task<int?> RestartsAsync(ICluster cluster, Workload workload, CancellationToken cancellationToken) =>
        PodSelector.Of(workload.Spec["selector"] as JsonObject) is { } selector
        && await cluster.ListAllAsync(ResourceTypes.Pods, Target.Namespace, new() { LabelSelector = selector }, cancellationToken) is ListReply.Listed(var pods, _)
            ? RestartsOf(pods, Since)
            : null;
}
