using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class SelfManagedCertificatesTests : IDisposable
{
    private const string Namespace = "selfheal";
    private static readonly ObjectReference Secret = new(ResourceTypes.Secrets, Namespace, "selfheal-webhook-tls");
    private static readonly ObjectReference Validating = new(ResourceTypes.ValidatingWebhookConfigurations, null, "selfheal");
    private static readonly ObjectReference Mutating = new(ResourceTypes.MutatingWebhookConfigurations, null, "selfheal");
    private static readonly CertificateLifetimes Lifetimes = CertificateLifetimes.Default;

    private readonly ShownClock clock = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeCluster cluster = new();
    private readonly List<Replica> made = [];
    private bool isReady = true;

    public SelfManagedCertificatesTests()
    {
        cluster.Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Namespace } });
        cluster.Seed(Configuration("ValidatingWebhookConfiguration", "pods.validate.selfheal.io", "cluster.validate.selfheal.io"));
        cluster.Seed(Configuration("MutatingWebhookConfiguration", "pods.mutate.selfheal.io"));
    }

    public void Dispose() => made.ForEach(replica => replica.Dispose());

    [Fact]
    public async Task Makes_serves_and_only_then_arms()
    {
        var leader = NewReplica();
        await leader.TurnAsync(leads: true);
        Assert.NotNull(Read().Leaf);
        Assert.All(Entries(), entry => Assert.Null(entry["rules"]));

        await leader.TurnAsync(leads: true);
        Assert.All(Entries(), entry => Assert.Equal("*", (string?)entry["rules"]![0]!["scope"]));
        Assert.All(Entries(), entry => AssertTrusts(entry, leader));
        Assert.True(leader.State.Now.IsLoaded);
        Assert.Equal(clock.Now + Lifetimes.Leaf, leader.State.Now.NotAfter);
        Assert.Equal(clock.Now + Lifetimes.Authority, leader.State.Now.AuthorityNotAfter);
        Assert.Null(leader.State.Now.Problem);

        var writes = cluster.Writes.Count;
        await leader.TurnAsync(leads: true);
        Assert.Equal(writes, cluster.Writes.Count);
        Assert.Equal(0, leader.State.ConfigurationRepairs);
        Assert.DoesNotContain(cluster.Calls, call => call.Verb is "list" or "watch" or "delete");
    }

    [Fact]
    public async Task An_installation_begins_without_an_error_in_any_log()
    {
        var log = new WorstLevel();
        using var follower = new Replica(cluster, clock, () => isReady, log);
        using var leader = new Replica(cluster, clock, () => isReady, log);
        await follower.TurnAsync();
        for (var turn = 0; turn < 3; turn++)
        {
            await leader.TurnAsync(leads: true);
            await follower.TurnAsync();
        }

        Assert.Equal(LogLevel.Information, log.Level);

        // It was served, and is gone: that is another matter.
        await cluster.DeleteAsync(Secret, DeleteOptions.Default, default);
        await follower.TurnAsync();
        Assert.Equal(LogLevel.Error, log.Level);
    }

    [Fact]
    public async Task Arms_nothing_while_not_ready_and_renews_all_the_same()
    {
        isReady = false;
        var leader = NewReplica();
        for (var turn = 0; turn < 3; turn++)
        {
            await leader.TurnAsync(leads: true);
        }

        Assert.All(Entries(), entry => Assert.Null(entry["rules"]));
        isReady = true;
        await leader.TurnAsync(leads: true);
        Assert.All(Entries(), entry => Assert.NotNull(entry["rules"]));

        isReady = false;
        clock.Now += TimeSpan.FromDays(250);
        await leader.TurnAsync(leads: true);
        Assert.Equal(2, Read().Authorities.Length);
        Assert.All(Entries(), entry => Assert.Equal(2, Bundle(entry).Count));
    }

    [Fact]
    public async Task Sets_back_what_somebody_changes()
    {
        var leader = NewReplica();
        await leader.TurnAsync(leads: true);
        await leader.TurnAsync(leads: true);
        var before = Entries().Select(entry => entry.ToJsonString()).ToArray();

        await PatchAsync(Validating, "/webhooks/0/clientConfig/caBundle", Convert.ToBase64String(Encoding.UTF8.GetBytes(TestAuthority.Root().Pem)));
        await leader.TurnAsync(leads: true);
        Assert.Equal(1, leader.State.ConfigurationRepairs);
        await PatchAsync(Mutating, "/webhooks/0/rules", new JsonArray());
        await leader.TurnAsync(leads: true);
        Assert.Equal(2, leader.State.ConfigurationRepairs);
        Assert.Equal(before, Entries().Select(entry => entry.ToJsonString()));
    }

    [Fact]
    public async Task Serves_on_when_the_Secret_is_gone_and_comes_to_new_keys_without_a_gap()
    {
        var (leader, follower) = (NewReplica(), NewReplica());
        await leader.TurnAsync(leads: true);
        await follower.TurnAsync();
        await leader.TurnAsync(leads: true);
        var old = Read();
        await cluster.DeleteAsync(Secret, DeleteOptions.Default, default);

        for (var minute = 0; minute < 90; minute += 5)
        {
            await leader.TurnAsync(leads: true);
            await follower.TurnAsync();
            Assert.All(Entries(), entry => AssertTrusts(entry, leader, follower));
            clock.Now += TimeSpan.FromMinutes(5);
        }

        var renewed = Read();
        Assert.NotEqual(old.Leaf!.Thumbprint, renewed.Leaf!.Thumbprint);
        Assert.False(renewed.Authorities[0].HasPrivateKey);
        Assert.Equal(renewed.Leaf!.Thumbprint, follower.Serving.Current!.Leaf.Thumbprint);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    [InlineData("ca.crt")]
    [InlineData("ca.key")]
    public async Task Puts_a_damaged_Secret_right(string key)
    {
        var leader = NewReplica();
        await leader.TurnAsync(leads: true);
        await leader.TurnAsync(leads: true);
        await cluster.PatchAsync(
            Secret, PatchType.Merge, new JsonObject { ["data"] = new JsonObject { [key] = Convert.ToBase64String("-----BEGIN"u8) } }, WriteOptions.Default, default);
        for (var minute = 0; minute < 90; minute += 5)
        {
            await leader.TurnAsync(leads: true);
            Assert.All(Entries(), entry => AssertTrusts(entry, leader));
            clock.Now += TimeSpan.FromMinutes(5);
        }

        Assert.Null(leader.State.Now.Problem);
        Assert.True(Read().Authorities[^1].HasPrivateKey);
        Assert.NotNull(Read().Leaf);
    }

    [Fact]
    public async Task Says_what_it_may_not_do_and_goes_on_when_it_may()
    {
        var leader = NewReplica();
        cluster.FailForbidden(1, call => call.Verb == "create");
        await leader.TurnAsync(leads: true);
        Assert.Contains("secrets selfheal/selfheal-webhook-tls", leader.State.Now.Problem, StringComparison.Ordinal);
        for (var turn = 0; turn < 2; turn++)
        {
            await leader.TurnAsync(leads: true);
        }

        Assert.Null(leader.State.Now.Problem);
        cluster.FailUnavailable(2);
        await leader.TurnAsync(leads: true);
        Assert.NotNull(leader.State.Now.Problem);
        Assert.True(leader.State.Now.IsLoaded);
    }

    [Fact]
    public async Task Through_months_with_leaders_that_die_every_bundle_verifies_every_leaf()
    {
        var random = new Random(7);
        Replica[] replicas = [NewReplica(), NewReplica()];
        var leader = 0;
        var leaves = new HashSet<string>();
        for (var day = 0.0; day < 540; day += 3)
        {
            clock.Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);
            if (random.Next(10) == 0)
            {
                // Another process takes its place, and knows nothing; the lead goes to the other.
                replicas[leader] = NewReplica();
                leader = 1 - leader;
                await replicas[1 - leader].TurnAsync();
            }

            if (random.Next(4) == 0)
            {
                cluster.FailUnavailable(1, call => call.Verb is "patch" or "update");
            }

            for (var turn = 0; turn < 2; turn++)
            {
                await replicas[leader].TurnAsync(leads: true);
                await replicas[1 - leader].TurnAsync();
                if (day > 0)
                {
                    Assert.All(Entries(), entry => AssertTrusts(entry, replicas));
                }

                clock.Now += TimeSpan.FromMinutes(random.Next(1, 70));
            }

            leaves.Add(Read().Leaf!.SerialNumber);
        }

        Assert.InRange(leaves.Count, 6, 30);
        Assert.InRange(Read().Authorities.Length, 1, 3);
    }

    [Fact]
    public async Task Leaves_authorities_and_leaders_change_under_load_without_a_failed_request()
    {
        await using var first = await StartAsync("first");
        await Eventually.Async(() => Entries().All(entry => entry["rules"] is not null));
        await using var second = await StartAsync("second");
        await Eventually.Async(() => second.State.Now.IsLoaded);

        using var end = new CancellationTokenSource();
        int[] rounds = [0, 0];
        using var endOfFirst = new CancellationTokenSource();
        Task[] loads = [LoadAsync(first, 0, rounds, endOfFirst.Token), LoadAsync(second, 1, rounds, end.Token)];
        var seen = new HashSet<string>();
        for (var turn = 0; turn < 12; turn++)
        {
            if (turn == 6)
            {
                await endOfFirst.CancelAsync();
                await loads[0];
                await first.App.Services.GetRequiredService<SelfManagedCertificates>().StopAsync(default);
                Assert.Equal("second", await HolderAsync());
            }

            // Sixty days and the leaf is due; or an hour, where an authority waits for its turn.
            await Eventually.Async(() => Entries().All(entry => Bundle(entry).Count == Read().Authorities.Length) && (IsOfNewest(Read()) || Read().InForceSince is not null));
            var before = Read();
            var isWaiting = !IsOfNewest(before);
            await PassAsync(rounds, loads);
            clock.Now += isWaiting ? TimeSpan.FromMinutes(61) : TimeSpan.FromDays(60);
            await Eventually.Async(() => Read().Leaf!.SerialNumber != before.Leaf!.SerialNumber);
            seen.Add(Read().Leaf!.SerialNumber);
            await Eventually.Async(() => second.Serving.Current!.Leaf.SerialNumber == Read().Leaf!.SerialNumber);
            if (turn < 6)
            {
                await Eventually.Async(() => first.Serving.Current!.Leaf.SerialNumber == Read().Leaf!.SerialNumber);
            }

            await PassAsync(rounds, loads);
        }

        await end.CancelAsync();
        await Task.WhenAll(loads);
        Assert.Equal(12, seen.Count);
        Assert.True(Read().Authorities.Length > 1);
        Assert.Equal(0, second.State.ConfigurationRepairs);
    }

    /// <summary>Calls as the API server does: by the caBundle of the configuration, over a new connection and one that stays.</summary>
    private async Task LoadAsync(TlsServer server, int index, int[] rounds, CancellationToken end)
    {
        using var kept = Client(server);
        while (!end.IsCancellationRequested)
        {
            using var fresh = Client(server);
            foreach (var client in (HttpClient[])[kept, fresh])
            {
                using var response = await client.GetAsync(new Uri("/probe", UriKind.Relative), CancellationToken.None);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }

            Interlocked.Increment(ref rounds[index]);
        }
    }

    private HttpClient Client(TlsServer server)
    {
        var bundle = Bundle(Entries().First());
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => Verifies(bundle, (X509Certificate2)shown!, clock.Now) is null,
            },
        };
        return new(handler) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Until everybody who calls has looked at the configuration as it is now, and called.</summary>
    private static async Task PassAsync(int[] rounds, Task[] loads)
    {
        var (first, second) = (Volatile.Read(ref rounds[0]), Volatile.Read(ref rounds[1]));
        await Eventually.Async(async () =>
        {
            foreach (var load in loads.Where(load => load.IsCompleted))
            {
                await load;
            }

            return (loads[0].IsCompleted || Volatile.Read(ref rounds[0]) >= first + 2) && Volatile.Read(ref rounds[1]) >= second + 2;
        });
    }

    private static bool IsOfNewest(ManagedCertificates certificates) =>
        certificates.Leaf!.IssuerName.RawData.AsSpan().SequenceEqual(certificates.Authorities[^1].SubjectName.RawData);

    private async Task<string> HolderAsync()
    {
        string Holder() => (string?)cluster.Peek(new(ResourceTypes.Leases, Namespace, "selfheal-webhook"))?["spec"]?["holderIdentity"] ?? "";
        await Eventually.Async(() => Holder() is not ("" or "first"));
        return Holder();
    }

    private Task<TlsServer> StartAsync(string identity) => TlsServer.StartAsync(TlsServer.Options(), clock, builder =>
    {
        builder.Services.AddSingleton<ICluster>(cluster);
        builder.AddSelfManagedTls(Replica.Options(identity) with { Interval = TimeSpan.FromMilliseconds(50) }, Lifetimes, Replica.Rules, _ => true);
    });

    private static string? Verifies(X509Certificate2Collection bundle, X509Certificate2 leaf, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (!chain.Build(leaf))
        {
            return $"{now:u} {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}";
        }

        return leaf.MatchesHostname("selfheal-webhook.selfheal.svc") ? null : "another name";
    }

    private sealed class WorstLevel : ILogger<SelfManagedCertificates>
    {
        public LogLevel Level { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Level = logLevel > Level ? logLevel : Level;
    }

    private static void AssertTrusts(JsonObject entry, params Replica[] replicas)
    {
        foreach (var replica in replicas)
        {
            if (replica.Serving.Current is { } current)
            {
                Assert.Null(Verifies(Bundle(entry), current.Leaf, replica.Clock.Now));
            }
        }
    }

    private static X509Certificate2Collection Bundle(JsonObject entry)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String((string)entry["clientConfig"]!["caBundle"]!)));
        return bundle;
    }

    private static JsonObject Configuration(string kind, params string[] entries) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "selfheal" },
        ["webhooks"] = new JsonArray([.. entries.Select(name => new JsonObject
        {
            ["name"] = name,
            ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "selfheal-webhook", ["namespace"] = Namespace, ["path"] = "/validate" } },
        })]),
    };

    private ManagedCertificates Read() => ManagedCertificates.Read(cluster.Peek(Secret)!);

    private IEnumerable<JsonObject> Entries() =>
        new[] { Validating, Mutating }.SelectMany(target => cluster.Peek(target)!["webhooks"]!.AsArray().Select(entry => entry!.AsObject()));

    private async Task PatchAsync(ObjectReference target, string path, JsonNode value) =>
        Assert.IsType<ClusterReply.Done>(await cluster.PatchAsync(
            target, PatchType.Json, new JsonArray(new JsonObject { ["op"] = "add", ["path"] = path, ["value"] = value }), WriteOptions.Default, default));

    private Replica NewReplica()
    {
        made.Add(new(cluster, clock, () => isReady));
        return made[^1];
    }
}
