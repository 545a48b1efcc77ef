using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>The one request that an action consists of, bound to the object as it was seen. A dry run is the same request.</summary>
internal abstract record ActionWrite
{
    public const string FieldManager = "selfheal";

    private ActionWrite()
    {
    }

    /// <param name="Body">Holds the resource version that was seen.</param>
    /// <param name="Before">The object as it was seen.</param>
    public sealed record Patch(ObjectReference Target, PatchType Type, JsonNode Body, JsonObject Before) : ActionWrite;

    public sealed record Delete(ObjectReference Target, string Uid, string ResourceVersion) : ActionWrite;

    /// <returns>Refused with a conflict where the object is another one by now.</returns>
    public Task<ClusterReply> SendAsync(ICluster cluster, bool isDryRun, CancellationToken cancellationToken) => this switch
    {
        Patch patch => cluster.PatchAsync(patch.Target, patch.Type, patch.Body, new() { DryRun = isDryRun, FieldManager = FieldManager }, cancellationToken),
        Delete delete => cluster.DeleteAsync(delete.Target, new() { DryRun = isDryRun, Uid = delete.Uid, ResourceVersion = delete.ResourceVersion }, cancellationToken),
        _ => throw new InvalidOperationException("a write is a patch or a deletion"),
    };
}
