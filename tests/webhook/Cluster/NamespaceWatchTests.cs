using Microsoft.Extensions.Logging.Abstractions;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Cluster;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Cluster;

public sealed class NamespaceWatchTests : IAsyncLifetime, IDisposable
{
    private static readonly AdmissionPolicy Policy = new(PolicyConfiguration.Standard(Catalogue.All));

    private readonly ScriptedCluster cluster = new();
    private readonly Namespaces namespaces = new();
    private readonly NamespaceWatch watch;

    public NamespaceWatchTests()
    {
        cluster.Objects["namespaces shop"] = ScriptedCluster.Namespace("shop", "7", ("team", "a"));
        watch = new(cluster, namespaces, TimeProvider.System, NullLogger<NamespaceWatch>.Instance);
        namespaces.AskBy(watch.AskAsync);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => watch.StopAsync(CancellationToken.None);

    public void Dispose() => watch.Dispose();

    [Fact]
    public async Task Knows_what_is_listed_and_follows_what_is_told()
    {
        Assert.False(watch.HasListed);
        await StartAsync();
        Assert.Equal("a", Find("shop")!.Labels["team"]);
        Assert.Null(Find("bank"));

        cluster.Told.Writer.TryWrite(new WatchEvent.Added(ScriptedCluster.Namespace("bank", "101", ("team", "b"))));
        await Eventually.Async(() => Find("bank")?.Labels["team"] == "b");
        cluster.Told.Writer.TryWrite(new WatchEvent.Modified(ScriptedCluster.Namespace("shop", "102", ("team", "c"))));
        await Eventually.Async(() => Find("shop")!.Labels["team"] == "c");
        cluster.Told.Writer.TryWrite(new WatchEvent.Deleted(ScriptedCluster.Namespace("bank", "103")));
        await Eventually.Async(() => Find("bank") is null);
        Assert.NotNull(watch.LastHeard);
    }

    [Fact]
    public async Task Goes_on_from_where_it_was_when_its_time_is_up()
    {
        await StartAsync();
        cluster.Told.Writer.TryWrite(new WatchEvent.Bookmark("140"));
        cluster.Told.Writer.Complete();

        await Eventually.Async(() => cluster.Watched.Count == 2);
        Assert.Equal(["100", "140"], cluster.Watched);
        Assert.Equal(1, cluster.Lists);
    }

    [Fact]
    public async Task Lists_again_when_its_place_is_forgotten_and_keeps_what_it_knew_meanwhile()
    {
        await StartAsync();
        cluster.IsDown = true;
        cluster.Told.Writer.TryWrite(new WatchEvent.Error(new(410, "Expired", "too old", [])));
        await Eventually.Async(() => cluster.Lists >= 2);
        Assert.NotNull(Find("shop"));

        cluster.Objects.Clear();
        cluster.Objects["namespaces mine"] = ScriptedCluster.Namespace("mine", "200");
        cluster.IsDown = false;
        await Eventually.Async(() => Find("mine") is not null && Find("shop") is null);
    }

    [Fact]
    public async Task Watches_on_after_a_broken_connection()
    {
        await StartAsync();
        cluster.Told.Writer.TryWrite(new WatchEvent.Added(ScriptedCluster.Namespace("bank", "105")));
        cluster.Told.Writer.TryWrite(new WatchEvent.Broken("reset"));

        await Eventually.Async(() => cluster.Watched.Count == 2);
        Assert.Equal(["100", "105"], cluster.Watched);
    }

    [Fact]
    public async Task Asks_once_for_a_namespace_that_was_made_a_moment_ago()
    {
        await StartAsync();
        cluster.Objects["namespaces new"] = ScriptedCluster.Namespace("new", "300", ("team", "n"));

        var found = await namespaces.FindAsync("new", Policy, CancellationToken.None);
        var again = await namespaces.FindAsync("new", Policy, CancellationToken.None);

        Assert.Equal("n", found!.Labels["team"]);
        Assert.Same(found, again);
        Assert.Equal(1, cluster.Gets);
        Assert.Null(await namespaces.FindAsync("nosuch", Policy, CancellationToken.None));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_leaves_it_unknown()
    {
        await StartAsync();
        cluster.IsSilent = true;

        Assert.Null(await namespaces.FindAsync("new", Policy, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task The_process_is_not_ready_before_namespaces_are_listed()
    {
        cluster.IsDown = true;
        await using var webhook = await RunningWebhook.StartAsync(cluster: cluster);
        Assert.Contains("namespaces: not listed yet\n", await (await webhook.Client.GetAsync("/readyz")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        cluster.IsDown = false;
        await Eventually.Async(async () => (await webhook.Client.GetAsync("/readyz")).IsSuccessStatusCode);
        Assert.Equal(1, await webhook.MetricAsync("selfheal_namespaces"));
    }

    private async Task StartAsync()
    {
        await watch.StartAsync(CancellationToken.None);
        await Eventually.Async(() => watch.HasListed && cluster.Watched.Count == 1);
    }

    private NamespaceFacts? Find(string name) => namespaces.Find(name, Policy);
}
