using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>A template that a workload has had.</summary>
/// <param name="Patch">The strategic merge patch that brings it back; null for a Deployment, whose template is replaced.</param>
/// <param name="Annotations">Of the ReplicaSet; null for others.</param>
internal sealed record RolloutRevision(long Number, JsonObject Template, JsonObject? Patch, JsonObject? Annotations);

/// <summary>What the controllers keep of earlier templates: ReplicaSets of a Deployment, ControllerRevisions of the others.</summary>
internal static class RevisionHistory
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    private const string HashLabel = "pod-template-hash";

    /// <summary>By number; the last is what the workload has now.</summary>
    public static async Task<(IReadOnlyList<RolloutRevision>? History, ActionReading? Otherwise)> ReadAsync(
        ICluster cluster, ObjectReference target, Workload workload, CancellationToken cancellationToken)
    {
        var isDeployment = workload.Kind == "Deployment";
        var type = isDeployment ? ResourceTypes.ReplicaSets : ResourceTypes.ControllerRevisions;
        var options = new ListOptions { LabelSelector = PodSelector.Of(workload.Spec["selector"] as JsonObject) };
        switch (await cluster.ListAllAsync(type, target.Namespace, options, cancellationToken))
        {
            case ListReply.Listed(var items, _):
                return (
                    [
                        .. items.Where(item => IsOwned(item, workload.Uid)).Select(item => isDeployment ? OfReplicaSet(item) : OfControllerRevision(item))
                            .OfType<RolloutRevision>().OrderBy(revision => revision.Number),
                    ],
                    null);
            case ListReply.Failed(var why):
                return (null, new ActionReading.Unknown($"{type.QualifiedPlural}: {why.Problem}"));
            default:
                throw new InvalidOperationException("a list is there or failed");
        }
    }

    private static bool IsOwned(JsonObject item, string uid) =>
        (item["metadata"]?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>().Any(owner => owner.IsTrue("controller") && owner.Text("uid") == uid);

    private static RolloutRevision? OfReplicaSet(JsonObject item)
    {
        var annotations = item["metadata"]?["annotations"] as JsonObject;
        if (!long.TryParse(annotations?.Text(RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || item["spec"]?["template"] is not JsonObject template)
        {
            return null;
        }

        var bare = (JsonObject)template.DeepClone();
        (bare["metadata"]?["labels"] as JsonObject)?.Remove(HashLabel);
        return new(number, bare, Patch: null, annotations);
    }

    private static RolloutRevision? OfControllerRevision(JsonObject item)
    {
        if (item["revision"] is not JsonValue value || !value.TryGetValue(out long number)
            || item["data"] is not JsonObject data || data["spec"]?["template"] is not JsonObject template)
        {
            return null;
        }

        var bare = (JsonObject)template.DeepClone();
        bare.Remove("$patch");
        return new(number, bare, data, Annotations: null);
    }
}
