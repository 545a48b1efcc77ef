using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>What a double may get wrong: what the API server fills in, and how it takes the patches.</summary>
public sealed class SelfManagedOnRealClusterTests
{
    [RealClusterFact]
    public async Task Comes_to_rest_renews_and_sets_back()
    {
        using var cluster = new KubernetesApi(((KubeconfigReading.Accepted)Kubeconfig.Load()).Access, TimeProvider.System);
        var name = $"selfheal-tls-{Guid.NewGuid().ToString("n")[..8]}";
        var clock = new ShownClock(TimeProvider.System.GetUtcNow());
        var (serving, state) = (new ServingCertificate(), new CertificateState());
        var options = new SelfManagedOptions
        {
            Namespace = name, Service = "webhook", Secret = "webhook-tls", Lease = "webhook", ValidatingConfiguration = name, MutatingConfiguration = name, Identity = "one",
        };
        using var certificates = new SelfManagedCertificates(
            cluster, options, CertificateLifetimes.Default, Replica.Rules, () => true, serving, state, clock, NullLogger<SelfManagedCertificates>.Instance);
        ObjectReference[] configurations = [new(ResourceTypes.ValidatingWebhookConfigurations, null, name), new(ResourceTypes.MutatingWebhookConfigurations, null, name)];
        await DoneAsync(cluster.CreateAsync(ResourceTypes.Namespaces, null, Named("v1", "Namespace", name), WriteOptions.Default, default));
        try
        {
            foreach (var configuration in configurations)
            {
                await DoneAsync(cluster.CreateAsync(configuration.Type, null, Configuration(configuration.Type.Kind, name), WriteOptions.Default, default));
            }

            for (var turn = 0; turn < 2; turn++)
            {
                await certificates.LeadAsync(default);
                await certificates.FollowAsync(default);
                Assert.Null(state.Now.Problem);
            }

            var armed = await VersionsAsync(cluster, configurations);
            await certificates.LeadAsync(default);
            Assert.Equal(armed, await VersionsAsync(cluster, configurations));

            // Somebody changes it.
            await DoneAsync(cluster.PatchAsync(
                configurations[0], PatchType.Json, new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/webhooks/0/rules/0/resources/0", ["value"] = "secrets" }), WriteOptions.Default, default));
            await certificates.LeadAsync(default);
            Assert.Equal(1, state.ConfigurationRepairs);
            Assert.Equal("pods", (string?)(await ReadAsync(cluster, configurations[0]))["webhooks"]![0]!["rules"]![0]!["resources"]![0]);

            // A year on, an authority later.
            var first = serving.Current!.Fingerprint;
            foreach (var later in (TimeSpan[])[TimeSpan.FromDays(250), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(61)])
            {
                clock.Now += later;
                await certificates.LeadAsync(default);
                await certificates.FollowAsync(default);
                Assert.Null(state.Now.Problem);
            }

            Assert.NotEqual(first, serving.Current!.Fingerprint);
            Assert.Equal(clock.Now.AddMinutes(-62).AddDays(365), state.Now.AuthorityNotAfter!.Value, TimeSpan.FromSeconds(1));

            // The Secret is taken away.
            await DoneAsync(cluster.DeleteAsync(new(ResourceTypes.Secrets, name, "webhook-tls"), DeleteOptions.Default, default));
            await certificates.LeadAsync(default);
            Assert.Null(state.Now.Problem);
            await DoneAsync(cluster.GetAsync(new(ResourceTypes.Secrets, name, "webhook-tls"), default));
        }
        finally
        {
            foreach (var configuration in configurations)
            {
                await cluster.DeleteAsync(configuration, DeleteOptions.Default, default);
            }

            await cluster.DeleteAsync(new(ResourceTypes.Namespaces, null, name), DeleteOptions.Default, default);
        }
    }

    private static JsonObject Named(string apiVersion, string kind, string name) =>
        new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } };

    /// <summary>For a namespace of its own alone, and never in anybody's way.</summary>
    private static JsonObject Configuration(string kind, string name)
    {
        var configuration = Named("admissionregistration.k8s.io/v1", kind, name);
        configuration["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "pods.selfheal.io",
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["sideEffects"] = "None",
            ["failurePolicy"] = "Ignore",
            ["timeoutSeconds"] = 1,
            ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name } },
            ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "webhook", ["namespace"] = name, ["path"] = "/validate" } },
        });
        return configuration;
    }

    private static async Task<string[]> VersionsAsync(KubernetesApi cluster, ObjectReference[] targets)
    {
        var versions = new List<string>();
        foreach (var target in targets)
        {
            versions.Add((string)(await ReadAsync(cluster, target))["metadata"]!["resourceVersion"]!);
        }

        return [.. versions];
    }

    private static async Task<JsonObject> ReadAsync(KubernetesApi cluster, ObjectReference target) => await DoneAsync(cluster.GetAsync(target, default));

    private static async Task<JsonObject> DoneAsync(Task<ClusterReply> call)
    {
        var reply = await call;
        Assert.True(reply is ClusterReply.Done, reply.Problem);
        return ((ClusterReply.Done)reply).Object;
    }
}
