using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>
/// The webhook, running beside the cluster's API server and registered by URL for a namespace of this run alone, with the
/// rules that the chart has. Where the API server is elsewhere, SELFHEAL_E2E_HOST says by which address it reaches this machine.
/// </summary>
public sealed class Installation : IAsyncLifetime, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("selfheal-e2e-").FullName;
    private readonly Authority authority = new();

    public static string Host => Environment.GetEnvironmentVariable("SELFHEAL_E2E_HOST") is { Length: > 0 } host ? host : "127.0.0.1";

    public string Namespace { get; } = $"selfheal-e2e-{Guid.NewGuid():N}"[..24];

    internal WebhookProcess Webhook { get; private set; } = null!;

    private string CertificatePath => Path.Combine(folder, "tls.crt");

    private string KeyPath => Path.Combine(folder, "tls.key");

    private string PolicyPath => Path.Combine(folder, ".selfheal.yaml");

    public async Task InitializeAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            return;
        }

        RotateCertificate();
        WritePolicy("version: 1\n");
        Webhook = await StartAsync();
        await Kubectl.MustAsync("create", "namespace", Namespace);
        await RegisterAsync(Webhook.Port);
        await Eventually.TrueAsync(
            async () => !(await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "probe"), "--dry-run=server")).Succeeded,
            () => $"the API server does not ask the webhook at {Host}; is SELFHEAL_E2E_HOST right?\n{Webhook.Log}");
    }

    /// <summary>A pair of the same authority, under the same paths.</summary>
    public void RotateCertificate() => authority.Write(CertificatePath, KeyPath);

    public void WritePolicy(string text)
    {
        File.WriteAllText(PolicyPath + ".new", text);
        File.Move(PolicyPath + ".new", PolicyPath, overwrite: true);
    }

    /// <summary>A webhook takes the place of the one that is registered; requests in between find the one or the other.</summary>
    public async Task RollAsync()
    {
        var old = Webhook;
        Webhook = await StartAsync();
        await RegisterAsync(Webhook.Port);

        // As endpoints take their time to reach every node, so does a configuration to reach the API server.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await old.TerminateAsync();
        await old.DisposeAsync();
    }

    public async Task KillAsync() => await Webhook.DisposeAsync();

    public async Task RestartAsync()
    {
        Webhook = await StartAsync();
        await RegisterAsync(Webhook.Port);
        await Eventually.TrueAsync(
            async () => (await Kubectl.ApplyAsync(Workloads.Compliant(Namespace, "probe"), "--dry-run=server")).Succeeded,
            () => $"the API server does not ask the new webhook\n{Webhook.Log}");
    }

    public async Task DisposeAsync()
    {
        if (Webhook is null)
        {
            return;
        }

        await Kubectl.RunAsync("delete", "validatingwebhookconfiguration,mutatingwebhookconfiguration", Namespace, "--ignore-not-found");
        await Kubectl.RunAsync("delete", "namespace", Namespace, "--wait=false");
        await Webhook.DisposeAsync();
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Task<WebhookProcess> StartAsync() =>
        WebhookProcess.StartAsync("--tls-cert", CertificatePath, "--tls-key", KeyPath, "--policy", PolicyPath);

    private async Task RegisterAsync(int port)
    {
        var result = await Kubectl.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray(
                Configuration("ValidatingWebhookConfiguration",
                    Entry("validate.selfheal.io", port, "validate", "Fail", Subscription.Validating(Catalogue.All, isNamespaced: true)),
                    Entry("validate-cluster.selfheal.io", port, "validate", "Ignore", Subscription.Validating(Catalogue.All, isNamespaced: false), isNamespaced: false)),
                Configuration("MutatingWebhookConfiguration",
                    Entry("mutate.selfheal.io", port, "mutate", "Ignore", Subscription.Mutating(Catalogue.All, isNamespaced: true)))),
        }.ToJsonString());
        Assert.True(result.Succeeded, result.Error);
    }

    private JsonObject Configuration(string kind, params JsonObject[] entries) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = Namespace },
        ["webhooks"] = new JsonArray([.. entries.Select(entry => (JsonNode)entry)]),
    };

    private JsonObject Entry(string name, int port, string path, string failurePolicy, IReadOnlyList<SubscriptionRule> rules, bool isNamespaced = true)
    {
        var entry = new JsonObject
        {
            ["name"] = name,
            ["clientConfig"] = new JsonObject
            {
                ["url"] = $"https://{Host}:{port.ToString(CultureInfo.InvariantCulture)}/{path}",
                ["caBundle"] = authority.CaBundle,
            },
            ["rules"] = new JsonArray([.. rules.Select(rule => rule.ToValue().ToJson())]),
            ["failurePolicy"] = failurePolicy,
            ["matchPolicy"] = "Equivalent",
            ["sideEffects"] = "NoneOnDryRun",
            ["timeoutSeconds"] = 3,
            ["admissionReviewVersions"] = new JsonArray("v1"),
        };
        if (isNamespaced)
        {
            entry["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = Namespace } };
        }

        if (path == "mutate")
        {
            entry["reinvocationPolicy"] = "IfNeeded";
        }

        return entry;
    }
}
