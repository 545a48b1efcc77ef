using System.CommandLine;
using System.Net;

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
        var command = new RootCommand("Admits, corrects or refuses what is sent to a Kubernetes API server.")
        {
            listen, metrics, policy, profile, cert, key, clientCa,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cert) is null != result.GetValue(key) is null)
            {
                result.AddError("--tls-cert and --tls-key go together: give both or neither");
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
}
