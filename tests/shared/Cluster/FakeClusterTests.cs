using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>What the fake does beyond a real cluster: what tests need of it.</summary>
public sealed class FakeClusterTests
{
    private static readonly ObjectReference One = new(ResourceTypes.ConfigMaps, "default", "one");
    private readonly FakeCluster cluster = new();

    [Fact]
    public async Task Fails_as_told_and_as_often_as_told()
    {
        cluster.Seed(Map("one"));
        cluster.FailUnavailable(times: 2, when: call => call.Verb == "get");
        cluster.FailForbidden(when: call => call.Verb == "list");
        Assert.IsType<ClusterReply.Unavailable>(await cluster.GetAsync(One, default));
        Assert.True(Assert.IsType<ClusterReply.Refused>(await cluster.ListAsync(ResourceTypes.ConfigMaps, null, new(), default)).Status.IsForbidden);
        Assert.IsType<ClusterReply.Unavailable>(await cluster.GetAsync(One, default));
        Assert.IsType<ClusterReply.Done>(await cluster.GetAsync(One, default));
    }

    [Fact]
    public async Task Remembers_what_was_asked()
    {
        await cluster.CreateAsync(ResourceTypes.ConfigMaps, "default", Map("one"), new WriteOptions { DryRun = true }, default);
        await cluster.CreateAsync(ResourceTypes.ConfigMaps, "default", Map("one"), WriteOptions.Default, default);
        await cluster.DeleteAsync(One, DeleteOptions.Default, default);
        Assert.Equal(["create configmaps default/ (dry run)", "create configmaps default/", "delete configmaps default/one"], cluster.Calls.Select(call => call.ToString()));
        Assert.Equal(2, cluster.Writes.Count);
    }

    [Fact]
    public async Task Asks_admission_before_it_keeps_anything()
    {
        cluster.Admission = request =>
        {
            if (request.Name == "bad")
            {
                return FakeAdmissionAnswer.Deny("admission webhook \"x\" denied the request: bad");
            }

            request.Object?["metadata"]!["annotations"] = new JsonObject { ["seen"] = request.Operation };
            return new() { Changed = request.Object, Warnings = ["careful"] };
        };
        Assert.True(Assert.IsType<ClusterReply.Refused>(await cluster.CreateAsync(ResourceTypes.ConfigMaps, "default", Map("bad"), WriteOptions.Default, default)).Status.IsForbidden);
        var done = Assert.IsType<ClusterReply.Done>(await cluster.CreateAsync(ResourceTypes.ConfigMaps, "default", Map("one"), WriteOptions.Default, default));
        Assert.Equal(["careful"], done.Warnings);
        Assert.Equal("CREATE", cluster.Peek(One)!["metadata"]!["annotations"]!["seen"]!.ToString());
        Assert.Null(cluster.Peek(One with { Name = "bad" }));
    }

    [Fact]
    public async Task Forgets_history()
    {
        for (var i = 0; i < 4; i++)
        {
            cluster.Seed(Map($"m{i}"));
        }

        var page = Assert.IsType<ClusterReply.Done>(await cluster.ListAsync(ResourceTypes.ConfigMaps, "default", new() { Limit = 2 }, default)).Object;
        cluster.Seed(Map("later"));
        cluster.Compact();
        var next = await cluster.ListAsync(
            ResourceTypes.ConfigMaps, "default", new() { Limit = 2, Continue = page["metadata"]!["continue"]!.ToString() }, default);
        Assert.True(Assert.IsType<ClusterReply.Refused>(next).Status.IsExpired);
        var told = new List<WatchEvent>();
        await foreach (var each in cluster.WatchAsync(ResourceTypes.ConfigMaps, null, new() { ResourceVersion = page["metadata"]!["resourceVersion"]!.ToString() }, default))
        {
            told.Add(each);
        }

        Assert.True(Assert.IsType<WatchEvent.Error>(Assert.Single(told)).Status.IsExpired);
    }

    [Fact]
    public async Task Lists_anew_when_the_place_has_expired()
    {
        for (var i = 0; i < 4; i++)
        {
            cluster.Seed(Map($"m{i}"));
        }

        var expired = new ClusterReply.Refused(new(410, "Expired", "too old", []));
        cluster.Fail(expired, when: call => cluster.Calls.Count == 2);
        var listed = Assert.IsType<ListReply.Listed>(await cluster.ListAllAsync(ResourceTypes.ConfigMaps, "default", new() { Limit = 3 }, default));
        Assert.Equal(4, listed.Items.Count);
        Assert.Equal(4, cluster.Calls.Count);
        cluster.Fail(expired, times: int.MaxValue);
        Assert.IsType<ListReply.Failed>(await cluster.ListAllAsync(ResourceTypes.ConfigMaps, "default", new(), default));
    }

    [Fact]
    public async Task Breaks_watches_off()
    {
        var told = new List<WatchEvent>();
        await foreach (var each in cluster.WatchAsync(ResourceTypes.Namespaces, null, new() { FieldSelector = "metadata.name=default" }, default))
        {
            told.Add(each);
            cluster.BreakWatches();
        }

        Assert.IsType<WatchEvent.Broken>(told[^1]);
    }

    [Fact]
    public async Task Takes_along_what_a_namespace_or_an_owner_held()
    {
        var owner = cluster.Seed(Map("owner"));
        var owned = Map("owned");
        owned["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "owner", ["uid"] = owner["metadata"]!["uid"]!.ToString(),
        });
        cluster.Seed(owned);
        await cluster.DeleteAsync(One with { Name = "owner" }, DeleteOptions.Default, default);
        Assert.Null(cluster.Peek(One with { Name = "owned" }));

        cluster.Seed(Map("one"));
        await cluster.DeleteAsync(new(ResourceTypes.Namespaces, null, "default"), DeleteOptions.Default, default);
        Assert.Null(cluster.Peek(One));
        Assert.Null(cluster.Peek(new(ResourceTypes.Namespaces, null, "default")));
    }

    [Fact]
    public async Task Refuses_aloud_what_it_cannot_merge()
    {
        cluster.Seed(Map("one"));
        await Assert.ThrowsAsync<NotSupportedException>(() => cluster.PatchAsync(
            One, PatchType.StrategicMerge, JsonNode.Parse("""{"unheardOf":[{"a":1}]}""")!, WriteOptions.Default, default));
    }

    [Fact]
    public async Task Knows_tokens_and_rights_it_was_told()
    {
        cluster.Tokens["t"] = ClusterUser.Named("ann", "admins");
        cluster.Authorizer = (user, question) => user == "ann" && question is AccessQuestion.Path { Url: "/metrics" };
        var user = Assert.IsType<TokenReviewReply.Authenticated>(await cluster.ReviewTokenAsync("t", ["selfheal"], default)).User;
        Assert.Equal(("ann", "admins"), (user.Name, Assert.Single(user.Groups)));
        Assert.IsType<AccessReply.Allowed>(await cluster.ReviewAccessAsync(user, new AccessQuestion.Path("get", "/metrics"), default));
        Assert.IsType<AccessReply.Denied>(await cluster.ReviewAccessAsync(user, new AccessQuestion.Resource("get", "", "secrets"), default));
        cluster.FailUnavailable();
        Assert.IsType<AccessReply.Failed>(await cluster.ReviewAccessAsync(user, new AccessQuestion.Path("get", "/metrics"), default));
    }

    [Fact]
    public async Task Reads_logs_up_to_the_bound()
    {
        cluster.Seed((JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""")!);
        cluster.SetLog("default", "p", "a", "one\ntwo\nthree\n");
        Assert.IsType<LogReply.Failed>(await cluster.LogsAsync("default", "p", new(), default));
        Assert.Equal(new LogReply.Read("two\nthree\n", false), await cluster.LogsAsync("default", "p", new() { Container = "a", TailLines = 2 }, default));
        Assert.Equal(new LogReply.Read("one\n", true), await cluster.LogsAsync("default", "p", new() { Container = "a", LimitBytes = 4 }, default));
        Assert.IsType<LogReply.Failed>(await cluster.LogsAsync("default", "p", new() { Container = "a", Previous = true }, default));
    }

    [Fact]
    public async Task Serves_types_of_others_and_loses_groups()
    {
        var type = new ResourceType("argoproj.io", "v1alpha1", "applications", "Application", true);
        cluster.Serve(type);
        cluster.Seed((JsonObject)JsonNode.Parse("""{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop"}}""")!);
        Assert.IsType<ClusterReply.Done>(await cluster.GetAsync(new(type, "default", "shop"), default));
        Assert.Equal(415, Assert.IsType<ClusterReply.Refused>(await cluster.PatchAsync(
            new(type, "default", "shop"), PatchType.StrategicMerge, JsonNode.Parse("{}")!, WriteOptions.Default, default)).Status.Code);
        cluster.BrokenGroups.Add("argoproj.io");
        Assert.IsType<ClusterReply.Unavailable>(await cluster.GetAsync(new(type, "default", "shop"), default));
        var found = Assert.IsType<DiscoveryReply.Found>(await cluster.DiscoverAsync(default)).Discovery;
        Assert.Equal("argoproj.io", Assert.Single(found.Problems).ApiVersion);
        Assert.NotNull(found.Find("v1", "Pod"));
    }

    private static JsonObject Map(string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" } };
}
