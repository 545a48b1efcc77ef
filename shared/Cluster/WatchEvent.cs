using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>What a watch tells. When it ends without an <see cref="Error"/> or <see cref="Broken"/>, its time was up: go on from the last resource version.</summary>
public abstract record WatchEvent
{
    private WatchEvent()
    {
    }

    public sealed record Added(JsonObject Object) : WatchEvent;

    public sealed record Modified(JsonObject Object) : WatchEvent;

    /// <param name="Object">As it was last.</param>
    public sealed record Deleted(JsonObject Object) : WatchEvent;

    /// <summary>Nothing happened up to here; a watch may go on from here.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent;

    /// <summary>The last event: the server will not tell more. When the status is expired, list again.</summary>
    public sealed record Error(ClusterStatus Status) : WatchEvent;

    /// <summary>The last event: no connection, or it broke off. Go on from the last resource version.</summary>
    public sealed record Broken(string Reason, TimeSpan? RetryAfter = null) : WatchEvent;
}
