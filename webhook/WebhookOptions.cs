using System.Net;
using SelfHealGitOps.Webhook.Telemetry;

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

    /// <summary>How long to go on accepting after the first signal to end, while /readyz already says no.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reviews in hand at once, beyond which the others are told to come again; null for what suits the processors.</summary>
    public int? MaxReviews { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; } = LogFormat.Json;
}
