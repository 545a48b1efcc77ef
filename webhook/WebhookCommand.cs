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
        var selfManaged = new Option<bool>("--self-managed") { Description = "Make and renew certificates and keep them in a Secret; one replica leads, and arms the webhook configurations." };
        var @namespace = new Option<string?>("--namespace") { Description = "Where this installation is, with its Lease.", HelpName = "NAME" };
        var service = new Option<string?>("--service") { Description = "With --self-managed: the Service that the API server calls.", HelpName = "NAME" };
        var secret = new Option<string?>("--secret") { Description = "With --self-managed: the Secret.", HelpName = "NAME" };
        var lease = new Option<string?>("--lease") { Description = "The Lease of the leader.", HelpName = "NAME" };
        var validating = new Option<string?>("--validating-configuration") { Description = "The ValidatingWebhookConfiguration that the leader arms; without --self-managed, after a break-glass alone.", HelpName = "NAME" };
        var mutating = new Option<string?>("--mutating-configuration") { Description = "The MutatingWebhookConfiguration, likewise.", HelpName = "NAME" };
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
        var inCluster = new Option<bool>("--in-cluster") { Description = "Ask the cluster that the process runs in for namespaces and owners." };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Ask the cluster that this file leads to. Without one, namespaces are what the policy file says.", HelpName = "FILE" };
        var context = new Option<string?>("--context") { Description = "The context of --kubeconfig, before its current one.", HelpName = "NAME" };
        var eventsUrl = new Option<Uri?>("--events-url")
        {
            Description = "Send denials and corrections there, in batches; off without it. https, or http on loopback.",
            HelpName = "URL",
            CustomParser = result => Url(result, isLoopbackOnly: true),
        };
        var eventsToken = new Option<string?>("--events-token-file") { Description = "The bearer token for --events-url; read again for each batch.", HelpName = "FILE" };
        var otlp = new Option<Uri?>("--otlp-endpoint")
        {
            Description = "Send traces there, over OTLP. Without it, where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.",
            HelpName = "URL",
            CustomParser = result => Url(result, isLoopbackOnly: false),
        };
        var command = new RootCommand("Admits, corrects or refuses what is sent to a Kubernetes API server.")
        {
            listen, metrics, policy, profile, cert, key, clientCa,
            selfManaged, @namespace, service, secret, lease, validating, mutating, drainDelay, maxReviews, logLevel, logFormat,
            inCluster, kubeconfig, context, eventsUrl, eventsToken, otlp,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cert) is null != result.GetValue(key) is null)
            {
                result.AddError("--tls-cert and --tls-key go together: give both or neither");
            }
        });
        Option<string?>[] own = [@namespace, service, secret, lease];
        Option<string?>[] configurations = [validating, mutating];
        command.Validators.Add(result =>
        {
            if (result.GetValue(selfManaged))
            {
                return;
            }

            if (own.Take(1..3).FirstOrDefault(option => result.GetValue(option) is not null) is { } alone)
            {
                result.AddError($"{alone.Name} is for --self-managed: give that too");
                return;
            }

            if (configurations.FirstOrDefault(option => result.GetValue(option) is not null) is not { } armed)
            {
                if (new[] { @namespace, lease }.FirstOrDefault(option => result.GetValue(option) is not null) is { } idle)
                {
                    result.AddError($"{idle.Name} is for --self-managed, or for --validating-configuration and --mutating-configuration: give one of these too");
                }
            }
            else if (new[] { @namespace, lease }.FirstOrDefault(option => string.IsNullOrEmpty(result.GetValue(option))) is { } missing)
            {
                result.AddError($"{armed.Name} needs {missing.Name}");
            }
            else if (!result.GetValue(inCluster) && result.GetValue(kubeconfig) is null)
            {
                result.AddError($"{armed.Name} needs a cluster: --in-cluster or --kubeconfig");
            }
        });
        command.Validators.Add(result =>
        {
            if (!result.GetValue(selfManaged))
            {
                return;
            }

            if (own.FirstOrDefault(option => string.IsNullOrEmpty(result.GetValue(option))) is { } missing)
            {
                result.AddError($"--self-managed needs {missing.Name}");
            }

            if (result.GetValue(cert) is not null)
            {
                result.AddError("--self-managed and --tls-cert are two sources of certificates: give one");
            }

            if (!result.GetValue(inCluster) && result.GetValue(kubeconfig) is null)
            {
                result.AddError("--self-managed needs a cluster: --in-cluster or --kubeconfig");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(maxReviews) is < 4)
            {
                result.AddError("--max-reviews must be at least 4");
            }

            if (result.GetValue(inCluster) && result.GetValue(kubeconfig) is not null)
            {
                result.AddError("--in-cluster and --kubeconfig name two clusters: give one");
            }

            if (result.GetValue(context) is not null && result.GetValue(kubeconfig) is null)
            {
                result.AddError("--context is one of a --kubeconfig: give that too");
            }

            if (result.GetValue(eventsToken) is not null && result.GetValue(eventsUrl) is null)
            {
                result.AddError("--events-token-file is for --events-url: give that too");
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
                SelfManaged = !result.GetValue(selfManaged) ? null : new()
                {
                    Namespace = result.GetValue(@namespace)!,
                    Service = result.GetValue(service)!,
                    Secret = result.GetValue(secret)!,
                    Lease = result.GetValue(lease)!,
                    ValidatingConfiguration = result.GetValue(validating),
                    MutatingConfiguration = result.GetValue(mutating),
                    Identity = NewIdentity(),
                },
                Rearming = result.GetValue(selfManaged) || (result.GetValue(validating) ?? result.GetValue(mutating)) is null ? null : new()
                {
                    Namespace = result.GetValue(@namespace)!,
                    Lease = result.GetValue(lease)!,
                    ValidatingConfiguration = result.GetValue(validating),
                    MutatingConfiguration = result.GetValue(mutating),
                    Identity = NewIdentity(),
                },
                DrainDelay = result.GetValue(drainDelay),
                MaxReviews = result.GetValue(maxReviews),
                LogLevel = result.GetValue(logLevel),
                LogFormat = result.GetValue(logFormat),
                InCluster = result.GetValue(inCluster),
                Kubeconfig = result.GetValue(kubeconfig),
                Context = result.GetValue(context),
                EventsUrl = result.GetValue(eventsUrl),
                EventsTokenFile = result.GetValue(eventsToken),
                OtlpEndpoint = result.GetValue(otlp),
            },
            cancellationToken));
        return command;
    }

    private static string NewIdentity() => $"{Environment.MachineName}_{Guid.NewGuid():N}";

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

    private static Uri? Url(System.CommandLine.Parsing.ArgumentResult result, bool isLoopbackOnly)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || !isLoopbackOnly))))
        {
            return url;
        }

        // What may be a password is not repeated.
        result.AddError(isLoopbackOnly
            ? "--events-url must be an https URL, or an http URL on loopback, without user and password"
            : "--otlp-endpoint must be an http or https URL, without user and password");
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
