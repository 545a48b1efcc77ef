using System.CommandLine;
using System.Net;
using SelfHealGitOps.Webhook.Http;
using SelfHealGitOps.Webhook.Telemetry;

namespace SelfHealGitOps.Webhook;

/// <summary>The command line: <c>webhook --listen 127.0.0.1:8443 [--policy FILE] …</c>.</summary>
internal static class WebhookCommand
{
    public static RootCommand Create(Func<WebhookOptions, CancellationToken, Task<int>> run)
    {
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Address and port of /validate, /mutate, /healthz and /readyz, over TLS.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => new(IPAddress.Loopback, 8443),
            CustomParser = EndPoint,
        };
        var metrics = new Option<IPEndPoint?>("--metrics-listen")
        {
            Description = "Address and port of /metrics in plain HTTP. Without it, /metrics is served with the rest.",
            HelpName = "ADDRESS:PORT",
            CustomParser = EndPoint,
        };
        var policy = new Option<string?>("--policy") { Description = "The policy file; read again when it changes. Without it, the built-in policy.", HelpName = "FILE" };
        var profile = new Option<string?>("--profile") { Description = "The profile to judge by, before the policy file's.", HelpName = "NAME" };
        var cert = new Option<string?>("--tls-cert") { Description = "Certificate chain in PEM; read again when it changes. Without it, one is made for this process.", HelpName = "FILE" };
        var key = new Option<string?>("--tls-key") { Description = "Its private key in PEM.", HelpName = "FILE" };
        var clientCa = new Option<string?>("--client-ca") { Description = "Answer only clients with a certificate of these authorities (PEM).", HelpName = "FILE" };
        var drainDelay = new Option<TimeSpan>("--drain-delay")
        {
            Description = "How long to go on accepting after the first signal to end, while /readyz says no.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(5),
            CustomParser = Duration,
        };
        var maxReviews = new Option<int?>("--max-reviews") { Description = "Reviews in hand at once; further ones are told to come again.", HelpName = "N" };
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = "The least that is logged.",
            HelpName = "trace|debug|information|warning|error|critical",
            DefaultValueFactory = _ => LogLevel.Information,
        };
        var logFormat = new Option<LogFormat>("--log-format") { Description = "How log lines look, on standard error.", HelpName = "json|text", DefaultValueFactory = _ => LogFormat.Json };
        var command = new RootCommand("Admits, corrects or refuses what is sent to a Kubernetes API server.")
        {
            listen, metrics, policy, profile, cert, key, clientCa, drainDelay, maxReviews, logLevel, logFormat,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cert) is null != result.GetValue(key) is null)
            {
                result.AddError("--tls-cert and --tls-key go together: give both or neither");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(maxReviews) is < 4)
            {
                result.AddError("--max-reviews must be at least 4");
            }
        });
        command.SetAction((result, cancellationToken) => run(
            new()
            {
                Listen = result.GetValue(listen)!,
                MetricsListen = result.GetValue(metrics),
                Policy = result.GetValue(policy),
                Profile = result.GetValue(profile),
                TlsCert = result.GetValue(cert),
                TlsKey = result.GetValue(key),
                ClientCa = result.GetValue(clientCa),
                DrainDelay = result.GetValue(drainDelay),
                MaxReviews = result.GetValue(maxReviews),
                LogLevel = result.GetValue(logLevel),
                LogFormat = result.GetValue(logFormat),
            },
            cancellationToken));
        return command;
    }

    private static IPEndPoint? EndPoint(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text.StartsWith(':') ? $"0.0.0.0{text}" : text, out var endPoint))
        {
            return endPoint;
        }

        result.AddError($"'{text}' is no address with a port; must be such as 127.0.0.1:8443 or [::]:8443");
        return null;
    }

    private static TimeSpan Duration(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text is "0" or "0s")
        {
            return TimeSpan.Zero;
        }

        if (text.Length == 0 || !ReviewTimeout.TryParse(text, TimeSpan.FromHours(1), out var duration))
        {
            result.AddError($"'{text}' is no duration; must be such as 5s or 500ms");
            return default;
        }

        return duration;
    }
}
