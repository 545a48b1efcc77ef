using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>Deletes one pod that its controller makes anew; this very pod, and no other that has its name by then.</summary>
internal sealed record DeletePod(string Cluster, ObjectReference Target) : ClusterAction(Cluster, Target)
{
    /// <summary>Of which it is known that they make their pods anew. A Job may count the pod as its last try.</summary>
    private static readonly ResourceType[] Controllers = [ResourceTypes.ReplicaSets, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets];

    public static ActionKind Kind { get; } = new(
        "delete-pod", "Deletes a pod that its controller makes anew.", [ResourceTypes.Pods], [],
        (cluster, target, _) => new ActionChoice.Chosen(new DeletePod(cluster, target)));

    public override string Id => Kind.Id;

    public override AccessQuestion.Resource Permission => new("delete", "", "pods", Target.Namespace, Target.Name);

    public override string Expected => ReplacementSignal.Expected;

    public override string WhyNotGit(string? file) => "A controller has made this pod: no file has it, and no commit reaches this one and leaves the others alone.";

    public override async Task<ActionReading> ReadAsync(ICluster cluster, TimeProvider clock, CancellationToken cancellationToken)
    {
        var checks = new PreconditionList(clock);
        var (live, otherwise) = await checks.ReadAsync(cluster, Target, cancellationToken);
        if (live is null)
        {
            return otherwise!;
        }

        checks.AddLive(live);
        var reference = (live["metadata"]?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(owner => owner.IsTrue("controller"));
        var type = Controllers.FirstOrDefault(each => each.Kind == reference?.Text("kind") && each.ApiVersion == reference.Text("apiVersion"));
        checks.Add(
            "a controller makes it anew",
            type is not null,
            reference is null ? "nothing controls it: deleted, it would be gone" : $"{reference.Text("kind")} {reference.Text("name")}{(type is null ? ", of which that is not known" : "")}");
        if (type is null || reference is null)
        {
            return checks.Void;
        }

        var place = new ObjectReference(type, Target.Namespace, reference.Text("name") ?? "");
        var (owner, missing) = await checks.ReadAsync(cluster, place, cancellationToken);
        if (owner is null)
        {
            return missing!;
        }

        var uid = owner.Text("metadata", "uid");
        checks.Add("the controller is the pod's own, and stays", uid == reference.Text("uid") && owner["metadata"]?["deletionTimestamp"] is null, uid != reference.Text("uid") ? "another one has its name" : owner["metadata"]?["deletionTimestamp"] is null ? $"uid {uid}" : "being deleted");
        var wanted = new Workload(owner).WantedPods;
        checks.Add("the controller wants pods", wanted is not 0, wanted is { } number ? $"{number}" : "not known how many");
        return checks.Hold ? Ready(live, owner, place, uid!, checks, clock.GetUtcNow()) : checks.Void;
    }

    private ActionReading.Ready Ready(JsonObject live, JsonObject owner, ObjectReference place, string ownerUid, PreconditionList checks, DateTimeOffset now)
    {
        var uid = live.Text("metadata", "uid") ?? "";
        return new ActionReading.Ready(new()
        {
            Action = this,
            Uid = uid,
            State = ownerUid,
            Command = Kubectl("delete", "pod", Target.Name),
            DryRunCommand = Kubectl("delete", "pod", Target.Name, "--dry-run=server"),
            Write = new ActionWrite.Delete(Target, uid, live.Text("metadata", "resourceVersion") ?? ""),
            Signal = new ReplacementSignal(place, uid, now),
            Undo = null,
            UndoNote = "none: what the pod had in memory and on its own disk is gone; its controller makes another one",
            WatchCommand = Kubectl(["get", "pods", .. PodSelector.Of(owner["spec"]?["selector"] as JsonObject) is { } selector ? (string[])["-l", selector] : [], "--watch"]),
            Preconditions = checks.All,
            Seen = live,
        });
    }
}
