using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>One way to install the webhook: by values of the chart, and by options of <c>selfheal manifests</c> that mean the same.</summary>
internal sealed record InstallCase(string Name, string Values, string[] Arguments)
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nbm90IHJlYWxseQ==\n-----END CERTIFICATE-----\n";
    private const string Policy = "# of the team\n\nversion: 1\nprofile: pss-baseline\nimages:\n  allowedRegistries: [registry.example.com/team]\n";
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static IReadOnlyList<InstallCase> All { get; } =
    [
        new("default", "{}", []),
        new("files", """{"certificates": {"mode": "files", "secret": "our-tls", "injectCaFrom": "selfheal/webhook"}}""",
            ["--tls-secret", "our-tls", "--inject-ca-from", "selfheal/webhook"]),
        new("ca-bundle", $$"""{"certificates": {"mode": "files", "secret": "our-tls", "caBundle": "{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Pem))}}" } }""",
            ["--tls-secret", "our-tls", "--ca-bundle", "ca.pem"]),
        new("client-ca", """{"clientCa": {"configMap": "api-server-ca"}}""", ["--client-ca-configmap", "api-server-ca"]),
        new("client-ca-secret", """{"clientCa": {"secret": "api-server-ca"}, "certificates": {"mode": "files", "injectCaFrom": "selfheal/webhook"}}""",
            ["--client-ca-secret", "api-server-ca", "--tls-secret", "selfheal-webhook-tls", "--inject-ca-from", "selfheal/webhook"]),
        new("restricted-defaults", """{"restrictedDefaults": true, "mode": "warn", "profile": "all"}""", ["--restricted-defaults", "--mode", "warn", "--profile", "all"]),
        new("policy-file", $$"""{"policyFile": {{JsonValue.Create(Policy).ToJsonString()}}}""", ["--policy", "policy.yaml"]),
        new("monitoring", """{"serviceMonitor": {"enabled": true}, "alerts": {"enabled": true}, "otlp": {"endpoint": "http://collector.tracing:4317"}}""",
            ["--service-monitor", "--alerts", "--otlp-endpoint", "http://collector.tracing:4317"]),
        new("excluded", """{"excludedNamespaces": ["storage", "123"], "replicas": 5}""", ["--exclude-namespace", "storage", "--exclude-namespace", "123", "--replicas", "5"]),
        new("image", """{"image": {"registry": "registry.example.com/mirror", "tag": "1.2"}}""", ["--image", "registry.example.com/mirror/selfheal-webhook:1.2"]),
        new("digest", $$"""{"image": {"registry": "registry.example.com", "digest": "{{Digest}}" } }""", ["--image", $"registry.example.com/selfheal-webhook@{Digest}"]),
    ];

    private static readonly ConcurrentDictionary<(string Name, string Namespace), Lazy<string>> Printed = [];

    public static InstallCase Of(string name) => All.Single(each => each.Name == name);

    /// <summary>What the command prints; it is asked once.</summary>
    public string Print(string @namespace = "selfheal") => Printed.GetOrAdd((Name, @namespace), _ => new(() => Ask(@namespace))).Value;

    private string Ask(string @namespace)
    {
        using var folder = new TempFolder().Write("ca.pem", Pem).Write("policy.yaml", Policy);
        var outcome = SelfHeal.Run(folder.Root, ["manifests", "--namespace", @namespace, .. Arguments]);
        return outcome.ExitCode == 0 ? outcome.Output : throw new InvalidOperationException(outcome.Error);
    }

    public List<JsonObject> RenderChart(string @namespace = "selfheal")
    {
        var values = JsonNode.Parse(Values)!.AsObject();
        values["namespace"] = new JsonObject { ["create"] = true };
        return Chart.Render(@namespace, values);
    }

    public override string ToString() => Name;
}
