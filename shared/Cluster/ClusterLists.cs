using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Lists of any length.</summary>
public static class ClusterLists
{
    // As kubectl asks.
    private const int PageSize = 500;

    // Each time the place in the list has expired, the list has to be begun anew.
    private const int Attempts = 3;

    /// <summary>
    /// All objects of a type, page by page. When the server forgets the place (410 Gone, after five minutes or so), it
    /// begins again, three times at most.
    /// </summary>
    /// <param name="namespace">Null for all of them.</param>
    /// <param name="options">A limit is the size of a page: 500, unless said otherwise.</param>
    public static async Task<ListReply> ListAllAsync(
        this ICluster cluster, ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await ListOnceAsync(cluster, type, @namespace, options, cancellationToken).ConfigureAwait(false);
            if (attempt == Attempts || reply is not ListReply.Failed { Why: ClusterReply.Refused { Status.IsExpired: true } })
            {
                return reply;
            }
        }
    }

    private static async Task<ListReply> ListOnceAsync(
        ICluster cluster, ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var page = options with { Limit = options.Limit ?? PageSize, Continue = null };
        while (true)
        {
            var reply = await cluster.ListAsync(type, @namespace, page, cancellationToken).ConfigureAwait(false);
            if (reply is not ClusterReply.Done done)
            {
                return new ListReply.Failed(reply);
            }

            foreach (var item in (done.Object["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                item["apiVersion"] ??= type.ApiVersion;
                item["kind"] ??= type.Kind;
                items.Add(item);
            }

            var next = done.Object.Text("metadata", "continue");
            if (string.IsNullOrEmpty(next))
            {
                return new ListReply.Listed(items, done.Object.Text("metadata", "resourceVersion") ?? "");
            }

            // A place in a list belongs to one resource version already.
            page = page with { Continue = next, ResourceVersion = null };
        }
    }
}
