using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>What a client may take up. There are few of them, the API servers, and each sends much over few connections.</summary>
internal static class Listeners
{
    /// <summary>As long as the API server waits for an answer.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(3);

    private const int MostConnections = 1024;
    private const int MostStreams = 256;
    private const int MostHeaderBytes = 16 * 1024;

    public static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = ReviewEndpoint.MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestLineSize = MostHeaderBytes / 2;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);

        // The deadline of a review ends a slow body sooner, mostly; this is for those that ask for long deadlines.
        limits.MinRequestBodyDataRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));

        // An API server leaves idle connections open for 90 seconds; closing first would lose what it is about to send.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(3);
        limits.Http2.MaxStreamsPerConnection = MostStreams;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
    }
}
