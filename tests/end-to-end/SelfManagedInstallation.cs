using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>
/// Webhooks that make their own certificates, beside the cluster: a Service of a namespace of theirs leads to the processes,
/// and what is applied in another one is asked about. All of it is of one test alone.
/// </summary>
internal sealed class SelfManagedInstallation : IAsyncDisposable
{
    public const string InForceAnnotation = "selfheal.io/ca-in-force-since";

    private static readonly string[] Kinds = ["validatingwebhookconfiguration", "mutatingwebhookconfiguration"];

    private readonly List<WebhookProcess> webhooks = [];

    /// <summary>Of the webhooks, their Service, Secret and Lease.</summary>
    public string Home { get; } = $"selfheal-e2e-{Guid.NewGuid():N}"[..24];

    /// <summary>Where things are applied.</summary>
    public string Shop => Home + "-shop";

    public IReadOnlyList<WebhookProcess> Webhooks => webhooks;

    public string Log => string.Join("\n---\n", webhooks.Select(webhook => webhook.Log));

    /// <summary>Everything that an owner installs, and no webhook that runs.</summary>
    public static async Task<SelfManagedInstallation> InstallAsync()
    {
        var installation = new SelfManagedInstallation();
        try
        {
            await Kubectl.MustAsync("create", "namespace", installation.Home);
            await Kubectl.MustAsync("create", "namespace", installation.Shop);
            await ApplyAsync(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "List",
                ["items"] = new JsonArray(
                    installation.Service(),
                    installation.Configuration("ValidatingWebhookConfiguration", "validate", "Fail"),
                    installation.Configuration("MutatingWebhookConfiguration", "mutate", "Ignore")),
            });
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public async Task<WebhookProcess> StartAsync()
    {
        var webhook = await WebhookProcess.StartAsync(
            "--kubeconfig", Environment.GetEnvironmentVariable("KUBECONFIG")!,
            "--self-managed", "--namespace", Home, "--service", "webhook", "--secret", "webhook-tls", "--lease", "webhook",
            "--validating-configuration", Home, "--mutating-configuration", Home);
        webhooks.Add(webhook);
        await PointAsync();
        return webhook;
    }

    /// <summary>Ended without a word, as with its node; the Service leads to it no longer.</summary>
    public async Task KillAsync(WebhookProcess webhook)
    {
        webhooks.Remove(webhook);
        await webhook.DisposeAsync();
        await PointAsync();
    }

    public async Task<WebhookProcess> LeaderAsync()
    {
        WebhookProcess? leader = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var holder = await Kubectl.RunAsync("-n", Home, "get", "lease", "webhook", "-o", "jsonpath={.spec.holderIdentity}");
                leader = holder is { Succeeded: true, Output.Length: > 0 } ? webhooks.Find(webhook => webhook.Log.Contains($"{holder.Output} looks after", StringComparison.Ordinal)) : null;
                return leader is not null;
            },
            () => $"nobody leads\n{Log}");
        return leader!;
    }

    /// <summary>Until a bad Deployment is refused by a rule.</summary>
    public Task ArmedAsync() => Eventually.TrueAsync(
        async () => (await Kubectl.ApplyAsync(Workloads.Privileged(Shop, "probe"), "--dry-run=server")).Error.Contains("selfheal: ", StringComparison.Ordinal),
        () => $"nothing is refused\n{Log}");

    /// <summary>Both, as the cluster has them.</summary>
    public async Task<IReadOnlyList<JsonObject>> ConfigurationsAsync()
    {
        var found = new List<JsonObject>();
        foreach (var kind in Kinds)
        {
            found.Add(JsonNode.Parse(await Kubectl.MustAsync("get", kind, Home, "-o", "json"))!.AsObject());
        }

        return found;
    }

    public async Task<IReadOnlyList<JsonObject>> EntriesAsync() =>
        [.. (await ConfigurationsAsync()).SelectMany(configuration => configuration["webhooks"]!.AsArray()).Select(entry => entry!.AsObject())];

    public static bool IsArmed(JsonObject entry) => entry["rules"] is JsonArray { Count: > 0 };

    /// <summary>The authorities that an entry trusts.</summary>
    public static X509Certificate2Collection Bundle(JsonObject entry)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String((string?)entry["clientConfig"]!["caBundle"] ?? "")));
        return bundle;
    }

    /// <summary>As <c>selfheal breakglass</c> does, for these configurations alone.</summary>
    public async Task BreakAsync(Breakglass breakglass)
    {
        foreach (var configuration in await ConfigurationsAsync())
        {
            breakglass.Open(configuration);
            var result = await Kubectl.RunAsync(configuration.ToJsonString(), ["replace", "-f", "-"]);
            Assert.True(result.Succeeded, result.Error);
        }
    }

    /// <summary>What a process serves to whoever connects now: its serial number.</summary>
    public static async Task<string> ServedAsync(WebhookProcess webhook)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(Installation.Host, webhook.Port);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(connection.GetStream(), false, (_, certificate, _, _) => (shown = certificate as X509Certificate2) is not null);
        await tls.AuthenticateAsClientAsync("webhook");
        return shown!.SerialNumber;
    }

    public async ValueTask DisposeAsync()
    {
        await Kubectl.RunAsync("delete", string.Join(',', Kinds), Home, "--ignore-not-found");
        await Kubectl.RunAsync("delete", "namespace", Home, Shop, "--ignore-not-found", "--wait=false");
        foreach (var webhook in webhooks)
        {
            await webhook.DisposeAsync();
        }
    }

    /// <summary>Leads the Service to the processes that run.</summary>
    private Task PointAsync() => ApplyAsync(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Endpoints",
        ["metadata"] = new JsonObject { ["name"] = "webhook", ["namespace"] = Home },
        ["subsets"] = new JsonArray([.. webhooks.Select(webhook => (JsonNode)new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = Installation.Host }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = webhook.Port }),
        })]),
    });

    private static async Task ApplyAsync(JsonObject what)
    {
        var result = await Kubectl.ApplyAsync(what.ToJsonString());
        Assert.True(result.Succeeded, result.Error);
    }

    private JsonObject Service() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject { ["name"] = "webhook", ["namespace"] = Home },
        ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP" }) },
    };

    /// <summary>As it is installed: without rules and without an authority, which are the leader's to set.</summary>
    private JsonObject Configuration(string kind, string path, string failurePolicy) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = Home },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"namespaced.{path}.selfheal.io"),
            ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "webhook", ["namespace"] = Home, ["path"] = "/" + path, ["port"] = 443 } },
            ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = Shop } },
            ["failurePolicy"] = failurePolicy,
            ["matchPolicy"] = "Equivalent",
            ["sideEffects"] = "NoneOnDryRun",
            ["timeoutSeconds"] = 3,
            ["admissionReviewVersions"] = new JsonArray("v1"),
        }),
    };
}
