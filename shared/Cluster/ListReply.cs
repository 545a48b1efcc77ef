using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>What became of listing all objects of a type.</summary>
public abstract record ListReply
{
    private ListReply()
    {
    }

    /// <param name="Items">Each with its apiVersion and kind, which the server leaves out of lists.</param>
    /// <param name="ResourceVersion">From here on, a watch misses nothing.</param>
    public sealed record Listed(IReadOnlyList<JsonObject> Items, string ResourceVersion) : ListReply;

    /// <param name="Why">Refused or unavailable.</param>
    public sealed record Failed(ClusterReply Why) : ListReply;
}
