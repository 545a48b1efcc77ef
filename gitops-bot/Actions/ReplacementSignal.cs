using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>A pod is gone, and its controller has as many ready ones as it wants.</summary>
/// <param name="Uid">Of the pod that goes.</param>
internal sealed record ReplacementSignal(ObjectReference Controller, string Uid, DateTimeOffset Since) : ActionSignal
{
    public const string Expected = "the pod of that uid is gone, its controller has as many ready pods as it wants, and no container of the new one restarts";

    public override async Task<SignalReading> LookAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        if (await cluster.GetAsync(Controller, cancellationToken) is not ClusterReply.Done done
            || await cluster.ListAllAsync(ResourceTypes.Pods, Controller.Namespace, ListOptionsOf(done.Object), cancellationToken) is not ListReply.Listed(var items, _))
        {
            return new(IsThere: false, 0, "the controller or its pods could not be read");
        }

        var controller = new Workload(done.Object);
        var pods = items.Where(pod => (pod["metadata"]?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>().Any(owner => owner.Text("uid") == controller.Uid)).ToList();
        var isGone = pods.TrueForAll(pod => pod.Text("metadata", "uid") != Uid);
        var ready = pods.Count(pod => pod["metadata"]?["deletionTimestamp"] is null && IsReady(pod));
        var wanted = controller.WantedPods;
        var restarts = RestartsOf(pods, Since);
        return new(isGone && ready >= wanted, restarts, string.Create(
            CultureInfo.InvariantCulture, $"the pod is {(isGone ? "gone" : "still there")}, {ready} of {wanted} pods ready, {restarts} restarts"));
    }

    public override IAsyncEnumerable<WatchEvent> Watch(ICluster cluster, TimeSpan timeout, CancellationToken cancellationToken) =>
        cluster.WatchAsync(ResourceTypes.Pods, Controller.Namespace, new() { Timeout = timeout }, cancellationToken);

    private static ListOptions ListOptionsOf(JsonObject controller) => new() { LabelSelector = PodSelector.Of(controller["spec"]?["selector"] as JsonObject) };

    private static bool IsReady(JsonObject pod) =>
        (pod["status"]?["conditions"] as JsonArray ?? []).OfType<JsonObject>().Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
}
