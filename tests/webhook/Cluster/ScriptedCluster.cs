using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tests.Cluster;

/// <summary>A cluster of which only reading is asked; what a watch tells is told by the test.</summary>
internal sealed class ScriptedCluster : ICluster
{
    public ConcurrentDictionary<string, JsonObject> Objects { get; } = new(StringComparer.Ordinal);

    public Channel<WatchEvent> Told { get; private set; } = Channel.CreateUnbounded<WatchEvent>();

    /// <summary>Where each watch has begun.</summary>
    public ConcurrentQueue<string?> Watched { get; } = new();

    public int Lists { get; private set; }

    public int Gets { get; private set; }

    /// <summary>True: nothing is answered, ever.</summary>
    public bool IsSilent { get; set; }

    public bool IsDown { get; set; }

    public static JsonObject Namespace(string name, string version, params (string Key, string Value)[] labels) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["resourceVersion"] = version,
            ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
        },
    };

    public async Task<ClusterReply> GetAsync(ObjectReference target, CancellationToken cancellationToken)
    {
        Gets++;
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return IsDown ? new ClusterReply.Unavailable("down")
            : Objects.TryGetValue(target.ToString(), out var found) ? new ClusterReply.Done(Encoding.UTF8.GetBytes(found.ToJsonString()))
            : new ClusterReply.Refused(new(404, "NotFound", "not found", []));
    }

    public Task<ClusterReply> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        Lists++;
        return Task.FromResult<ClusterReply>(IsDown ? new ClusterReply.Unavailable("down") : new ClusterReply.Done(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = "100" },
            ["items"] = new JsonArray([.. Objects.Where(each => each.Key.StartsWith("namespaces ", StringComparison.Ordinal)).Select(each => each.Value.DeepClone())]),
        }.ToJsonString())));
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watched.Enqueue(options.ResourceVersion);
        await foreach (var told in Told.Reader.ReadAllAsync(cancellationToken))
        {
            yield return told;
            if (told is WatchEvent.Error or WatchEvent.Broken)
            {
                yield break;
            }
        }

        Told = Channel.CreateUnbounded<WatchEvent>();
    }

    public Task<ClusterReply> CreateAsync(ResourceType type, string? @namespace, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterReply> CreateSubresourceAsync(ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterReply> ReplaceAsync(ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterReply> PatchAsync(ObjectReference target, PatchType type, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterReply> DeleteAsync(ObjectReference target, DeleteOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<LogReply> LogsAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ClusterReply> VersionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
