using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>A Deployment, StatefulSet or DaemonSet as the cluster has it.</summary>
internal sealed class Workload(JsonObject live)
{
    public static IReadOnlyList<ResourceType> Types { get; } = [ResourceTypes.Deployments, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets];

    public string Kind { get; } = live.Text("kind") ?? "";

    public string Uid { get; } = live.Text("metadata", "uid") ?? "";

    public string ResourceVersion { get; } = live.Text("metadata", "resourceVersion") ?? "";

    public JsonObject Spec { get; } = live["spec"] as JsonObject ?? [];

    public JsonObject Status { get; } = live["status"] as JsonObject ?? [];

    public JsonObject Template { get; } = live["spec"]?["template"] as JsonObject ?? [];

    /// <summary>Whether the controller has seen the object as it is.</summary>
    public bool IsObserved => Number(Status, "observedGeneration") >= (Number(live["metadata"] as JsonObject ?? [], "generation") ?? 0);

    /// <summary>Null where a DaemonSet's controller has not said yet.</summary>
    public int? WantedPods => Kind == "DaemonSet" ? Number(Status, "desiredNumberScheduled") : Number(Spec, "replicas") ?? 1;

    /// <summary>A change of the template has to reach all pods, and now.</summary>
    public void AddRollsOut(PreconditionList checks)
    {
        if (Kind == "Deployment")
        {
            checks.Add("its rollouts are not paused", !Spec.IsTrue("paused"), Spec.IsTrue("paused") ? "spec.paused is true: nothing would happen until somebody resumes it" : "they are not");
            return;
        }

        var strategy = (Spec["updateStrategy"] as JsonObject)?.Text("type") ?? "RollingUpdate";
        checks.Add("its controller replaces pods by itself", strategy == "RollingUpdate", $"updateStrategy is {strategy}");
        if (Kind == "StatefulSet")
        {
            var partition = Number(Spec["updateStrategy"]?["rollingUpdate"] as JsonObject ?? [], "partition") ?? 0;
            checks.Add("no partition holds pods back", partition == 0, $"partition is {partition}");
        }
    }

    public static int? Number(JsonObject map, string key) => map[key] is JsonValue value && value.TryGetValue(out int number) ? number : null;
}
