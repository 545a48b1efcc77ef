using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class RearmingTests : IDisposable
{
    private static readonly ObjectReference Validating = new(ResourceTypes.ValidatingWebhookConfigurations, null, "selfheal-webhook");
    private static readonly ObjectReference Mutating = new(ResourceTypes.MutatingWebhookConfigurations, null, "selfheal-webhook");

    private readonly ShownClock clock = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeCluster cluster = new();
    private readonly List<Rearming> made = [];
    private bool isReady = true;

    public RearmingTests()
    {
        cluster.Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "selfheal" } });
        Seed("ValidatingWebhookConfiguration", "namespaced.validate.selfheal.io", "cluster.validate.selfheal.io", "policy.example.com");
        Seed("MutatingWebhookConfiguration", "namespaced.mutate.selfheal.io", "cluster.mutate.selfheal.io");
    }

    public void Dispose() => made.ForEach(each => each.Dispose());

    [Fact]
    public async Task Writes_nothing_where_nothing_was_set_aside()
    {
        await NewLeader().LeadAsync(default);
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task Puts_the_rules_back_when_the_time_is_over_and_nothing_else()
    {
        var before = (cluster.Peek(Validating)!, cluster.Peek(Mutating)!);
        SetAside(TimeSpan.FromMinutes(30));
        var leader = NewLeader();
        clock.Now += TimeSpan.FromMinutes(29);
        await leader.LeadAsync(default);
        Assert.Empty(cluster.Writes);
        Assert.All(Entries().Where(Breakglass.IsOurs), entry => Assert.Empty(entry["rules"]!.AsArray()));

        clock.Now += TimeSpan.FromMinutes(1);
        await leader.LeadAsync(default);
        Assert.Equal(WithoutVersions(before.Item1), WithoutVersions(cluster.Peek(Validating)!));
        Assert.Equal(WithoutVersions(before.Item2), WithoutVersions(cluster.Peek(Mutating)!));

        // The marks go with the next look, when the rules are seen to be there.
        Assert.NotNull(Breakglass.Of(cluster.Peek(Validating)!));
        await leader.LeadAsync(default);
        Assert.Null(Breakglass.Of(cluster.Peek(Validating)!));
        Assert.Null(Breakglass.Of(cluster.Peek(Mutating)!));
        var writes = cluster.Writes.Count;
        await leader.LeadAsync(default);
        Assert.Equal(writes, cluster.Writes.Count);
        Assert.DoesNotContain(cluster.Writes.Select(call => call.Body!.ToJsonString()), text => text.Contains("caBundle", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Puts_them_back_at_once_when_it_is_ended()
    {
        SetAside(TimeSpan.FromMinutes(30));
        foreach (var target in (ObjectReference[])[Validating, Mutating])
        {
            var configuration = cluster.Peek(target)!;
            Assert.True(Breakglass.Forget(configuration));
            cluster.Seed(configuration);
        }

        await NewLeader().LeadAsync(default);
        Assert.All(Entries(), entry => Assert.NotEmpty(entry["rules"]!.AsArray()));
    }

    [Fact]
    public async Task Takes_a_year_for_no_time()
    {
        SetAside(TimeSpan.FromDays(365));
        await NewLeader().LeadAsync(default);
        Assert.All(Entries(), entry => Assert.NotEmpty(entry["rules"]!.AsArray()));
    }

    [Fact]
    public async Task Waits_until_somebody_answers()
    {
        isReady = false;
        SetAside(TimeSpan.FromMinutes(-1));
        var leader = NewLeader();
        await leader.LeadAsync(default);
        Assert.Empty(cluster.Writes);
        isReady = true;
        await leader.LeadAsync(default);
        Assert.All(Entries(), entry => Assert.NotEmpty(entry["rules"]!.AsArray()));
    }

    [Fact]
    public async Task Leaves_rules_of_the_owners_own_alone()
    {
        var configuration = cluster.Peek(Validating)!;
        configuration["webhooks"]![0]!["rules"] = Replica.Rules(configuration, "");
        cluster.Seed(configuration);
        await NewLeader().LeadAsync(default);
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task Goes_on_with_the_other_where_one_cannot_be_written_and_comes_back()
    {
        SetAside(TimeSpan.FromMinutes(-1));
        var leader = NewLeader();
        cluster.FailForbidden(when: call => call.Verb == "patch");
        await leader.LeadAsync(default);
        Assert.Empty(cluster.Peek(Validating)!["webhooks"]![0]!["rules"]!.AsArray());
        Assert.NotEmpty(cluster.Peek(Mutating)!["webhooks"]![0]!["rules"]!.AsArray());
        await leader.LeadAsync(default);
        Assert.NotEmpty(cluster.Peek(Validating)!["webhooks"]![0]!["rules"]!.AsArray());
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_is_none_to_arm()
    {
        await cluster.DeleteAsync(Mutating, DeleteOptions.Default, default);
        SetAside(TimeSpan.FromMinutes(-1), Validating);
        await NewLeader().LeadAsync(default);
        Assert.NotEmpty(cluster.Peek(Validating)!["webhooks"]![0]!["rules"]!.AsArray());
    }

    /// <summary>In the process as it is composed: the lease, the readiness of a webhook that serves, and the rules of the catalogue.</summary>
    [Fact]
    public async Task One_of_the_running_webhooks_leads()
    {
        SetAside(TimeSpan.FromDays(-1));
        var options = RunningWebhook.Options with { Rearming = Options with { Interval = TimeSpan.FromMilliseconds(10) } };
        await using var webhook = await RunningWebhook.StartAsync(options, cluster);
        await Eventually.Async(() => Breakglass.Of(cluster.Peek(Validating)!) is null && Breakglass.Of(cluster.Peek(Mutating)!) is null);
        Assert.All(Entries(), entry => Assert.NotEmpty(entry["rules"]!.AsArray()));
        Assert.Equal("by hand", cluster.Peek(new(ResourceTypes.Leases, "selfheal", "selfheal-webhook"))!.Text("spec", "holderIdentity"));
    }

    private static RearmingOptions Options { get; } = new()
    {
        Namespace = "selfheal",
        Lease = "selfheal-webhook",
        ValidatingConfiguration = "selfheal-webhook",
        MutatingConfiguration = "selfheal-webhook",
        Identity = "by hand",
    };

    private Rearming NewLeader()
    {
        made.Add(new(cluster, Options, SubscribedRules.Until(clock), () => isReady, clock, NullLogger<Rearming>.Instance));
        return made[^1];
    }

    private void SetAside(TimeSpan left, params ObjectReference[] targets)
    {
        foreach (var target in targets.Length > 0 ? targets : [Validating, Mutating])
        {
            var configuration = cluster.Peek(target)!;
            new Breakglass(clock.Now + left, "kim", "the mesh is down").Open(configuration);
            cluster.Seed(configuration);
        }
    }

    private IEnumerable<JsonObject> Entries() =>
        ((ObjectReference[])[Validating, Mutating]).SelectMany(target => cluster.Peek(target)!["webhooks"]!.AsArray()).Select(entry => entry!.AsObject());

    private void Seed(string kind, params string[] entries)
    {
        var configuration = new JsonObject { ["apiVersion"] = "admissionregistration.k8s.io/v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = "selfheal-webhook" } };
        var rules = SubscribedRules.Until(clock);
        configuration["webhooks"] = new JsonArray([.. entries.Select(name => (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["clientConfig"] = new JsonObject { ["caBundle"] = "b3Vycw==" },
            ["rules"] = rules(configuration, name) ?? Replica.Rules(configuration, name),
        })]);
        cluster.Seed(configuration);
    }

    private static string WithoutVersions(JsonObject configuration)
    {
        Breakglass.Forget(configuration);
        configuration.Remove("metadata");
        return configuration.ToJsonString();
    }
}
