using System.Net;
using SelfHealGitOps.Webhook.Telemetry;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook;

/// <summary>What the command line says.</summary>
internal sealed record WebhookOptions
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where metrics are served in plain HTTP; null for not apart from the rest.</summary>
    public IPEndPoint? MetricsListen { get; init; }

    /// <summary>Null for the built-in policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Null for the policy file's.</summary>
    public string? Profile { get; init; }

    /// <summary>PEM. Null, with <see cref="TlsKey"/>, for a pair made for this process.</summary>
    public string? TlsCert { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>PEM of the authorities whose clients are answered; null for anybody's.</summary>
    public string? ClientCa { get; init; }

    /// <summary>Where certificates are kept that this installation makes itself; null for certificates from elsewhere.</summary>
    public SelfManagedOptions? SelfManaged { get; init; }

    /// <summary>For certificates from elsewhere, whose rules are put back after a break-glass; null for nobody's.</summary>
    public RearmingOptions? Rearming { get; init; }

    /// <summary>How long to go on accepting after the first signal to end, while /readyz already says no.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reviews in hand at once, beyond which the others are told to come again; null for what suits the processors.</summary>
    public int? MaxReviews { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; } = LogFormat.Json;

    /// <summary>True to ask the cluster that the process runs in.</summary>
    public bool InCluster { get; init; }

    /// <summary>Leads to the cluster to ask; null for none, unless <see cref="InCluster"/>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context of <see cref="Kubeconfig"/>; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Where denials and corrections are sent; null for nowhere.</summary>
    public Uri? EventsUrl { get; init; }

    /// <summary>Holds the bearer token for <see cref="EventsUrl"/>; read anew for each batch. Null for none.</summary>
    public string? EventsTokenFile { get; init; }

    /// <summary>Where traces are sent; null for what OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
