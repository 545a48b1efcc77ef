using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>The same writes for bodies that are nodes.</summary>
public static class ClusterWrites
{
    public static Task<ClusterReply> CreateAsync(
        this ICluster cluster, ResourceType type, string? @namespace, JsonObject body, WriteOptions options, CancellationToken cancellationToken) =>
        cluster.CreateAsync(type, @namespace, Utf8(body), options, cancellationToken);

    public static Task<ClusterReply> CreateSubresourceAsync(
        this ICluster cluster, ObjectReference target, JsonObject body, WriteOptions options, CancellationToken cancellationToken) =>
        cluster.CreateSubresourceAsync(target, Utf8(body), options, cancellationToken);

    public static Task<ClusterReply> ReplaceAsync(
        this ICluster cluster, ObjectReference target, JsonObject body, WriteOptions options, CancellationToken cancellationToken) =>
        cluster.ReplaceAsync(target, Utf8(body), options, cancellationToken);

    public static Task<ClusterReply> PatchAsync(
        this ICluster cluster, ObjectReference target, PatchType type, JsonNode patch, WriteOptions options, CancellationToken cancellationToken) =>
        cluster.PatchAsync(target, type, Utf8(patch), options, cancellationToken);

    internal static ReadOnlyMemory<byte> Utf8(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            node.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }
}
