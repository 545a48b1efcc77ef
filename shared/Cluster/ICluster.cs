namespace SelfHealGitOps.Cluster;

/// <summary>
/// The few questions asked of a Kubernetes cluster, in raw JSON by group, version and resource, so that fields nobody
/// knew when this was written come and go unharmed. Every call ends in bounded time. What can be expected to happen is
/// a value; an exception is a bug, a request that makes no sense (ArgumentException), or a cancellation.
/// </summary>
public interface ICluster
{
    Task<ClusterReply> GetAsync(ObjectReference target, CancellationToken cancellationToken);

    /// <summary>One page. Its items lack apiVersion and kind; <see cref="ClusterLists.ListAllAsync"/> adds them.</summary>
    /// <param name="namespace">Null for all of them.</param>
    Task<ClusterReply> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken);

    /// <param name="namespace">Null for all of them.</param>
    IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken);

    /// <summary>Makes an object, or asks a review. The answer is the object as it is now.</summary>
    /// <param name="namespace">Null for what belongs to the whole cluster.</param>
    Task<ClusterReply> CreateAsync(
        ResourceType type, string? @namespace, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>Posts to a subresource: <c>pods/eviction</c>, <c>serviceaccounts/token</c>.</summary>
    Task<ClusterReply> CreateSubresourceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>Puts the whole object. With a resourceVersion in it, only as long as nobody has changed it since.</summary>
    Task<ClusterReply> ReplaceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken);

    Task<ClusterReply> PatchAsync(
        ObjectReference target, PatchType type, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>The answer is the object while it is on its way out (finalizers, grace period), else a Status.</summary>
    Task<ClusterReply> DeleteAsync(ObjectReference target, DeleteOptions options, CancellationToken cancellationToken);

    Task<LogReply> LogsAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken);

    Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken);

    /// <summary>The server's version: <c>gitVersion</c>, <c>major</c>, <c>minor</c>.</summary>
    Task<ClusterReply> VersionAsync(CancellationToken cancellationToken);
}
