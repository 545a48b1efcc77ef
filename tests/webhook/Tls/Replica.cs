using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>One process of several, turned by hand.</summary>
internal sealed class Replica : IDisposable
{
    private readonly SelfManagedCertificates certificates;

    public Replica(ICluster cluster, ShownClock clock, Func<bool> isReady, ILogger<SelfManagedCertificates>? logger = null)
    {
        Clock = clock;
        certificates = new(
            cluster, Options("by hand"), CertificateLifetimes.Default, Rules, isReady, Serving, State, clock, logger ?? NullLogger<SelfManagedCertificates>.Instance);
    }

    public ShownClock Clock { get; }

    public ServingCertificate Serving { get; } = new();

    public CertificateState State { get; } = new();

    public static SelfManagedOptions Options(string identity) => new()
    {
        Namespace = "selfheal",
        Service = "selfheal-webhook",
        Secret = "selfheal-webhook-tls",
        Lease = "selfheal-webhook",
        ValidatingConfiguration = "selfheal",
        MutatingConfiguration = "selfheal",
        Identity = identity,
    };

    public static JsonArray Rules(JsonObject configuration, string entry) =>
    [
        new JsonObject
        {
            ["apiGroups"] = new JsonArray(""), ["apiVersions"] = new JsonArray("v1"), ["operations"] = new JsonArray("CREATE"), ["resources"] = new JsonArray("pods"),
        },
    ];

    public async Task TurnAsync(bool leads = false)
    {
        if (leads)
        {
            await certificates.LeadAsync(default);
        }

        await certificates.FollowAsync(default);
    }

    public void Dispose() => certificates.Dispose();
}
