using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>
/// What everybody may rely on, of a real cluster and of the fake one. Each test has a namespace of its own. Methods without
/// an attribute: the classes below run the same list, each in its own way (<see cref="Tests"/>).
/// </summary>
public abstract class ClusterContract
{
    protected ClusterContract(ICluster cluster, string @namespace)
    {
        Cluster = cluster;
        Namespace = @namespace;
    }

    protected ICluster Cluster { get; }

    protected string Namespace { get; }

    /// <summary>Every test, by name.</summary>
    public static TheoryData<string> Tests
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (var method in typeof(ClusterContract).GetMethods().Where(method => method.ReturnType == typeof(Task) && method.GetParameters().Length == 0))
            {
                names.Add(method.Name);
            }

            return names;
        }
    }

    protected Task RunAsync(string test) => (Task)typeof(ClusterContract).GetMethod(test)!.Invoke(this, null)!;

    public async Task Creates_gets_and_deletes()
    {
        var made = Yes(await Create(Map("one", ("a", "1"))));
        Assert.Equal("ConfigMap", made["kind"]!.ToString());
        Assert.NotEmpty(Meta(made, "uid"));
        Assert.NotEmpty(Meta(made, "resourceVersion"));
        Assert.NotEmpty(Meta(made, "creationTimestamp"));
        var got = Yes(await Cluster.GetAsync(MapNamed("one"), default));
        Assert.Equal(Meta(made, "uid"), Meta(got, "uid"));
        Assert.Equal("1", got["data"]!["a"]!.ToString());
        Yes(await Cluster.DeleteAsync(MapNamed("one"), DeleteOptions.Default, default));
        Assert.True(No(await Cluster.GetAsync(MapNamed("one"), default)).IsNotFound);
        Assert.True(No(await Cluster.DeleteAsync(MapNamed("one"), DeleteOptions.Default, default)).IsNotFound);
    }

    public async Task Says_what_is_not_found()
    {
        var status = No(await Cluster.GetAsync(MapNamed("none"), default));
        Assert.Equal((404, "NotFound", "configmaps \"none\" not found"), (status.Code, status.Reason, status.Message));
    }

    public async Task Refuses_a_name_that_is_taken()
    {
        Yes(await Create(Map("one")));
        var status = No(await Create(Map("one")));
        Assert.True(status.IsAlreadyExists);
        Assert.False(status.IsConflict);
    }

    public async Task Refuses_a_name_that_is_none()
    {
        var status = No(await Create(Map("Not_A_Name")));
        Assert.True(status.IsInvalid);
        Assert.Contains(status.Causes, cause => cause.Field == "metadata.name");
        Assert.Equal("Invalid", status.Reason);
    }

    public async Task Refuses_names_that_lead_elsewhere()
    {
        foreach (var name in (string[])["..", ".", "", "a/b", "a%2fb"])
        {
            Assert.Equal(400, No(await Cluster.GetAsync(MapNamed(name), default)).Code);
        }
    }

    public async Task Refuses_a_namespace_that_is_not_there()
    {
        var status = No(await Cluster.CreateAsync(ResourceTypes.ConfigMaps, "no-such-namespace", Map("one"), WriteOptions.Default, default));
        Assert.True(status.IsNotFound);
        Assert.Contains("no-such-namespace", status.Message, StringComparison.Ordinal);
    }

    public async Task Refuses_another_namespace_than_asked()
    {
        var map = Map("one");
        map["metadata"]!["namespace"] = "another";
        Assert.Equal(400, No(await Create(map)).Code);
    }

    public async Task Refuses_a_type_that_is_not_served()
    {
        var type = new ResourceType("nobody.example.com", "v1", "nothings", "Nothing", true);
        Assert.True(No(await Cluster.ListAsync(type, Namespace, new(), default)).IsNotFound);
        Assert.True(No(await Cluster.GetAsync(new(type, Namespace, "x"), default)).IsNotFound);
    }

    public async Task Generates_names()
    {
        var map = Map("x");
        map["metadata"] = new JsonObject { ["generateName"] = "made-" };
        var one = Meta(Yes(await Create((JsonObject)map.DeepClone())), "name");
        var other = Meta(Yes(await Create(map)), "name");
        Assert.StartsWith("made-", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    public async Task Replaces_what_nobody_changed_since()
    {
        var made = Yes(await Create(Map("one", ("a", "1"))));
        made["data"]!["a"] = "2";
        var replaced = Yes(await Cluster.ReplaceAsync(MapNamed("one"), made, WriteOptions.Default, default));
        Assert.Equal("2", replaced["data"]!["a"]!.ToString());
        Assert.NotEqual(Meta(made, "resourceVersion"), Meta(replaced, "resourceVersion"));
        made["data"]!["a"] = "3";
        var status = No(await Cluster.ReplaceAsync(MapNamed("one"), made, WriteOptions.Default, default));
        Assert.True(status.IsConflict);
        Assert.False(status.IsAlreadyExists);
    }

    public async Task Replaces_whatever_is_there_without_a_version()
    {
        Yes(await Create(Map("one", ("a", "1"))));
        var replaced = Yes(await Cluster.ReplaceAsync(MapNamed("one"), Map("one", ("b", "2")), WriteOptions.Default, default));
        Assert.Null(replaced["data"]!["a"]);
    }

    public async Task Keeps_the_version_when_nothing_changes()
    {
        var made = Yes(await Create(Map("one", ("a", "1"))));
        var replaced = Yes(await Cluster.ReplaceAsync(MapNamed("one"), made, WriteOptions.Default, default));
        Assert.Equal(Meta(made, "resourceVersion"), Meta(replaced, "resourceVersion"));
    }

    public async Task Lists_by_label()
    {
        foreach (var (name, app) in ((string, string)[])[("one", "web"), ("two", "db"), ("three", "web")])
        {
            var map = Map(name);
            map["metadata"]!["labels"] = new JsonObject { ["app"] = app, [name] = "" };
            Yes(await Create(map));
        }

        Assert.Equal(["one", "three"], await Names(new() { LabelSelector = "app=web" }));
        Assert.Equal(["two"], await Names(new() { LabelSelector = "app,app!=web" }));
        Assert.Equal(["one", "three", "two"], await Names(new() { LabelSelector = "app in (web, db)" }));
        Assert.Equal(["two"], await Names(new() { LabelSelector = "app notin (web),app" }));
        Assert.Equal(["one"], await Names(new() { LabelSelector = "app==web,!three" }));
        Assert.Equal(["two"], await Names(new() { FieldSelector = "metadata.name=two" }));
        Assert.Equal(400, No(await Cluster.ListAsync(ResourceTypes.ConfigMaps, Namespace, new() { FieldSelector = "data.a=1" }, default)).Code);
    }

    public async Task Lists_page_by_page()
    {
        for (var i = 0; i < 7; i++)
        {
            Yes(await Create(Map($"page-{i}", ("a", "1"))));
        }

        var options = new ListOptions { LabelSelector = "!nobody", Limit = 3 };
        var first = Yes(await Cluster.ListAsync(ResourceTypes.ConfigMaps, Namespace, options, default));
        Assert.Equal(3, first["items"]!.AsArray().Count);
        Assert.NotEmpty(Meta(first, "continue"));

        // What comes later is not in the list of before.
        Yes(await Create(Map("page-9")));
        var second = Yes(await Cluster.ListAsync(ResourceTypes.ConfigMaps, Namespace, options with { Continue = Meta(first, "continue") }, default));
        Assert.Equal(Meta(first, "resourceVersion"), Meta(second, "resourceVersion"));
        var third = Yes(await Cluster.ListAsync(ResourceTypes.ConfigMaps, Namespace, options with { Continue = Meta(second, "continue"), Limit = 10 }, default));
        Assert.Null(third["metadata"]!["continue"]);
        Assert.DoesNotContain(third["items"]!.AsArray(), item => Meta(item!, "name") == "page-9");

        var all = Assert.IsType<ListReply.Listed>(await Cluster.ListAllAsync(ResourceTypes.ConfigMaps, Namespace, new() { Limit = 2 }, default));
        Assert.Equal(8, all.Items.Count(item => Meta(item, "name").StartsWith("page-", StringComparison.Ordinal)));
        Assert.All(all.Items, item => Assert.Equal(("v1", "ConfigMap"), (item["apiVersion"]!.ToString(), item["kind"]!.ToString())));
        Assert.NotEmpty(all.ResourceVersion);
    }

    public async Task Lists_over_all_namespaces()
    {
        var map = Map("one");
        var label = "in-" + Namespace;
        map["metadata"]!["labels"] = new JsonObject { [label] = "" };
        Yes(await Create(map));
        var list = Yes(await Cluster.ListAsync(ResourceTypes.ConfigMaps, null, new() { LabelSelector = label }, default));
        Assert.Equal(Namespace, Meta(Assert.Single(list["items"]!.AsArray())!, "namespace"));
    }

    public async Task Watches_from_a_list_on()
    {
        var listed = Assert.IsType<ListReply.Listed>(await Cluster.ListAllAsync(ResourceTypes.ConfigMaps, Namespace, new(), default));
        var made = Yes(await Create(Map("one", ("a", "1"))));
        made["data"]!["a"] = "2";
        Yes(await Cluster.ReplaceAsync(MapNamed("one"), made, WriteOptions.Default, default));
        Yes(await Cluster.DeleteAsync(MapNamed("one"), DeleteOptions.Default, default));
        var told = await Watch(new() { ResourceVersion = listed.ResourceVersion, FieldSelector = "metadata.name=one" }, 3);
        Assert.Equal("1", Assert.IsType<WatchEvent.Added>(told[0]).Object["data"]!["a"]!.ToString());
        Assert.Equal("2", Assert.IsType<WatchEvent.Modified>(told[1]).Object["data"]!["a"]!.ToString());
        Assert.Equal("one", Meta(Assert.IsType<WatchEvent.Deleted>(told[2]).Object, "name"));
    }

    public async Task Watches_what_comes_to_match_and_what_ceases_to()
    {
        var listed = Assert.IsType<ListReply.Listed>(await Cluster.ListAllAsync(ResourceTypes.ConfigMaps, Namespace, new(), default));
        Yes(await Create(Map("one")));
        await Label("web");
        await Label("db");
        var told = await Watch(new() { ResourceVersion = listed.ResourceVersion, LabelSelector = "app=web" }, 2);
        Assert.IsType<WatchEvent.Added>(told[0]);
        Assert.IsType<WatchEvent.Deleted>(told[1]);

        async Task Label(string app) =>
            Yes(await Patch("one", PatchType.Merge, $$$$"""{"metadata":{"labels":{"app":"{{{{app}}}}"}}}"""));
    }

    public async Task Watches_everything_there_is_without_a_version()
    {
        Yes(await Create(Map("one")));
        var told = await Watch(new() { FieldSelector = "metadata.name=one" }, 1);
        Assert.Equal("one", Meta(Assert.IsType<WatchEvent.Added>(told[0]).Object, "name"));
    }

    public async Task Ends_a_watch_when_time_is_up()
    {
        var listed = Assert.IsType<ListReply.Listed>(await Cluster.ListAllAsync(ResourceTypes.ConfigMaps, Namespace, new(), default));
        var told = new List<WatchEvent>();
        await foreach (var each in Cluster.WatchAsync(
            ResourceTypes.ConfigMaps, Namespace, new() { ResourceVersion = listed.ResourceVersion, Timeout = TimeSpan.FromSeconds(3) }, default))
        {
            told.Add(each);
        }

        Assert.All(told, each => Assert.True(each is WatchEvent.Bookmark { ResourceVersion.Length: > 0 }, each.ToString()));
    }

    public async Task Stops_watching_when_told_to()
    {
        using var enough = new CancellationTokenSource();
        Yes(await Create(Map("one")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var each in Cluster.WatchAsync(ResourceTypes.ConfigMaps, Namespace, new() { FieldSelector = "metadata.name=one" }, enough.Token))
            {
                await enough.CancelAsync();
            }
        });
    }

    public async Task Refuses_to_watch_what_is_not_served()
    {
        var type = new ResourceType("nobody.example.com", "v1", "nothings", "Nothing", true);
        var told = new List<WatchEvent>();
        await foreach (var each in Cluster.WatchAsync(type, Namespace, new(), default))
        {
            told.Add(each);
        }

        Assert.True(Assert.IsType<WatchEvent.Error>(Assert.Single(told)).Status.IsNotFound);
    }

    public async Task Dry_runs_keep_nothing()
    {
        var dry = new WriteOptions { DryRun = true };
        Yes(await Cluster.CreateAsync(ResourceTypes.ConfigMaps, Namespace, Map("one"), dry, default));
        Assert.True(No(await Cluster.GetAsync(MapNamed("one"), default)).IsNotFound);
        Yes(await Create(Map("one", ("a", "1"))));
        var patched = Yes(await Cluster.PatchAsync(MapNamed("one"), PatchType.Merge, JsonNode.Parse("""{"data":{"a":"2"}}""")!, dry, default));
        Assert.Equal("2", patched["data"]!["a"]!.ToString());
        Yes(await Cluster.DeleteAsync(MapNamed("one"), new() { DryRun = true }, default));
        Assert.Equal("1", Yes(await Cluster.GetAsync(MapNamed("one"), default))["data"]!["a"]!.ToString());
    }

    public async Task Patches_by_json_patch()
    {
        Yes(await Create(Map("one", ("a", "1"))));
        var patched = Yes(await Patch("one", PatchType.Json, """[{"op":"test","path":"/data/a","value":"1"},{"op":"add","path":"/data/b","value":"2"}]"""));
        Assert.Equal("2", patched["data"]!["b"]!.ToString());
        var status = No(await Patch("one", PatchType.Json, """[{"op":"test","path":"/data/a","value":"9"},{"op":"remove","path":"/data/b"}]"""));
        Assert.True(status.IsInvalid);
        Assert.NotNull(Yes(await Cluster.GetAsync(MapNamed("one"), default))["data"]!["b"]);
    }

    public async Task Patches_by_merge_patch()
    {
        Yes(await Create(Map("one", ("a", "1"), ("b", "2"))));
        var patched = Yes(await Patch("one", PatchType.Merge, """{"data":{"a":null,"c":"3"}}"""));
        Assert.Equal(["b", "c"], patched["data"]!.AsObject().Select(each => each.Key).Order());
        Assert.True(No(await Patch("none", PatchType.Merge, "{}")).IsNotFound);
    }

    public async Task Refuses_a_patch_of_what_was_changed_since()
    {
        var made = Yes(await Create(Map("one", ("a", "1"))));
        Yes(await Patch("one", PatchType.Merge, """{"data":{"a":"2"}}"""));
        var version = Meta(made, "resourceVersion");
        Assert.True(No(await Patch("one", PatchType.Merge, $$$"""{"metadata":{"resourceVersion":"{{{version}}}"},"data":{"a":"3"}}""")).IsConflict);
    }

    public async Task Patches_lists_by_key_in_strategic_merge()
    {
        Yes(await CreateDeployment());
        var patched = Yes(await Cluster.PatchAsync(
            Web, PatchType.StrategicMerge, JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"local/busybox:2"}]}}}}""")!, WriteOptions.Default, default));
        Assert.Equal(["side=local/busybox:2", "web=local/busybox:1"], Containers(patched).Order());
        patched = Yes(await Cluster.PatchAsync(
            Web, PatchType.StrategicMerge, JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"},{"name":"web","image":"local/busybox:2"}]}}}}""")!, WriteOptions.Default, default));
        Assert.Equal(["web=local/busybox:2"], Containers(patched));
        var merged = Yes(await Cluster.PatchAsync(
            Web, PatchType.Merge, JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"other","image":"local/busybox:1"}]}}}}""")!, WriteOptions.Default, default));
        Assert.Equal(["other=local/busybox:1"], Containers(merged));
    }

    public async Task Counts_generations_of_the_spec()
    {
        var made = Yes(await CreateDeployment());
        Assert.Equal(1, made["metadata"]!["generation"]!.GetValue<int>());
        var labelled = Yes(await Cluster.PatchAsync(Web, PatchType.Merge, JsonNode.Parse("""{"metadata":{"labels":{"x":"y"}}}""")!, WriteOptions.Default, default));
        Assert.Equal(1, labelled["metadata"]!["generation"]!.GetValue<int>());
        var scaled = Yes(await Cluster.PatchAsync(Web, PatchType.Merge, JsonNode.Parse("""{"spec":{"minReadySeconds":3}}""")!, WriteOptions.Default, default));
        Assert.Equal(2, scaled["metadata"]!["generation"]!.GetValue<int>());
    }

    public async Task Writes_status_apart_from_the_rest()
    {
        Yes(await CreateDeployment());
        var status = Web with { Subresource = "status" };
        var written = Yes(await Cluster.PatchAsync(
            status, PatchType.Merge, JsonNode.Parse("""{"spec":{"minReadySeconds":9},"status":{"conditions":[{"type":"Tested","status":"True"}]}}""")!, WriteOptions.Default, default));
        Assert.NotEqual(9, (int?)written["spec"]!["minReadySeconds"] ?? 0);
        Assert.Contains(written["status"]!["conditions"]!.AsArray(), each => each!["type"]!.ToString() == "Tested");
        var other = Yes(await Cluster.PatchAsync(
            Web, PatchType.Merge, JsonNode.Parse("""{"status":{"observedGeneration":77}}""")!, WriteOptions.Default, default));
        Assert.NotEqual(77, (int?)other["status"]!["observedGeneration"] ?? 0);
    }

    public async Task Scales_by_subresource()
    {
        Yes(await CreateDeployment());
        var scale = Web with { Subresource = "scale" };
        var read = Yes(await Cluster.GetAsync(scale, default));
        Assert.Equal("Scale", read["kind"]!.ToString());
        Assert.Equal(0, (int?)read["spec"]!["replicas"] ?? 0);
        Yes(await Cluster.PatchAsync(scale, PatchType.Merge, JsonNode.Parse("""{"spec":{"replicas":0}}""")!, WriteOptions.Default, default));
        Assert.True(No(await Cluster.GetAsync(Web with { Subresource = "nonsense" }, default)).IsNotFound);
    }

    public async Task Applies_and_takes_away_what_is_no_longer_applied()
    {
        var made = Yes(await Apply("one", "me", """{"data":{"a":"1","b":"2"}}"""));
        Assert.Equal("1", made["data"]!["a"]!.ToString());
        Yes(await Patch("one", PatchType.Merge, """{"data":{"c":"3"}}"""));
        var again = Yes(await Apply("one", "me", """{"data":{"a":"1"}}"""));
        Assert.Equal(["a", "c"], again["data"]!.AsObject().Select(each => each.Key).Order());
        Assert.Contains(again["metadata"]!["managedFields"]!.AsArray(), each => each!["manager"]!.ToString() == "me" && each["operation"]!.ToString() == "Apply");
    }

    public async Task Applies_nothing_twice()
    {
        var made = Yes(await Apply("one", "me", """{"data":{"a":"1"}}"""));
        var again = Yes(await Apply("one", "me", """{"data":{"a":"1"}}"""));
        Assert.Equal(Meta(made, "resourceVersion"), Meta(again, "resourceVersion"));
    }

    public async Task Refuses_to_apply_what_belongs_to_others_unless_forced()
    {
        Yes(await Apply("one", "me", """{"data":{"a":"1","b":"2"}}"""));
        var status = No(await Apply("one", "you", """{"data":{"a":"9"}}"""));
        Assert.True(status.IsConflict);
        var cause = Assert.Single(status.Causes);
        Assert.Equal((".data.a", "FieldManagerConflict"), (cause.Field, cause.Reason));
        Assert.Contains("\"me\"", cause.Message, StringComparison.Ordinal);
        Yes(await Apply("one", "you", """{"data":{"b":"2"}}"""));
        Assert.Equal("9", Yes(await Apply("one", "you", """{"data":{"a":"9"}}""", force: true))["data"]!["a"]!.ToString());
        Assert.True(No(await Apply("one", "me", """{"data":{"a":"1","b":"2"}}""")).IsConflict);
    }

    public async Task Applies_lists_by_key()
    {
        Yes(await CreateDeployment());
        var applied = Yes(await Cluster.PatchAsync(
            Web,
            PatchType.Apply,
            JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"name":"side","image":"local/busybox:2"}]}}}}""")!,
            new() { FieldManager = "me" },
            default));
        Assert.Equal(["side=local/busybox:2", "web=local/busybox:1"], Containers(applied).Order());
        applied = Yes(await Cluster.PatchAsync(
            Web, PatchType.Apply, JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment"}""")!, new() { FieldManager = "me" }, default));
        Assert.Equal(["web=local/busybox:1"], Containers(applied));
    }

    public async Task Waits_for_finalizers()
    {
        var map = Map("one");
        map["metadata"]!["finalizers"] = new JsonArray("example.com/wait");
        Yes(await Create(map));
        Yes(await Cluster.DeleteAsync(MapNamed("one"), DeleteOptions.Default, default));
        var leaving = Yes(await Cluster.GetAsync(MapNamed("one"), default));
        Assert.NotEmpty(Meta(leaving, "deletionTimestamp"));
        leaving["metadata"]!.AsObject().Remove("finalizers");
        Yes(await Cluster.ReplaceAsync(MapNamed("one"), leaving, WriteOptions.Default, default));
        Assert.True(No(await Cluster.GetAsync(MapNamed("one"), default)).IsNotFound);
    }

    public async Task Deletes_only_what_was_meant()
    {
        var made = Yes(await Create(Map("one")));
        Assert.True(No(await Cluster.DeleteAsync(MapNamed("one"), new() { Uid = "00000000-0000-0000-0000-000000000000" }, default)).IsConflict);
        Yes(await Patch("one", PatchType.Merge, """{"data":{"a":"2"}}"""));
        Assert.True(No(await Cluster.DeleteAsync(MapNamed("one"), new() { ResourceVersion = Meta(made, "resourceVersion") }, default)).IsConflict);
        Yes(await Cluster.DeleteAsync(MapNamed("one"), new() { Uid = Meta(made, "uid"), Propagation = Propagation.Background, GracePeriod = TimeSpan.Zero }, default));
        Assert.True(No(await Cluster.GetAsync(MapNamed("one"), default)).IsNotFound);
    }

    public async Task Refuses_a_body_that_is_no_json()
    {
        var reply = await Cluster.CreateAsync(ResourceTypes.ConfigMaps, Namespace, Encoding.UTF8.GetBytes("{\"kind\":"), WriteOptions.Default, default);
        Assert.Equal(400, No(reply).Code);
    }

    public async Task Finds_out_what_is_served()
    {
        var found = Assert.IsType<DiscoveryReply.Found>(await Cluster.DiscoverAsync(default)).Discovery;
        var deployment = found.Find("apps/v1", "Deployment");
        Assert.NotNull(deployment);
        Assert.Equal(ResourceTypes.Deployments, deployment.Type);
        Assert.True(deployment.Can("patch"));
        Assert.False(deployment.Can("fly"));
        Assert.Contains(deployment.Subresources, each => each is { Name: "scale", ApiVersion: "autoscaling/v1", Kind: "Scale" });
        Assert.Contains(deployment.Subresources, each => each is { Name: "status", ApiVersion: "apps/v1", Kind: "Deployment" });
        Assert.False(found.Find("v1", "Namespace")!.Type.IsNamespaced);
        Assert.NotNull(found.Find("authentication.k8s.io/v1", "TokenReview"));
        Assert.Null(found.Find("v1", "Nothing"));
        Assert.True(deployment.IsPreferred);
    }

    public async Task Tells_its_version()
    {
        var version = Yes(await Cluster.VersionAsync(default));
        Assert.StartsWith("v1.", version["gitVersion"]!.ToString(), StringComparison.Ordinal);
    }

    public async Task Says_whose_logs_are_not_there()
    {
        var failed = Assert.IsType<LogReply.Failed>(await Cluster.LogsAsync(Namespace, "none", new(), default));
        Assert.True(Assert.IsType<ClusterReply.Refused>(failed.Why).Status.IsNotFound);
    }

    public async Task Does_not_know_forged_tokens()
    {
        Assert.IsType<TokenReviewReply.Unknown>(await Cluster.ReviewTokenAsync("forged", [], default));
    }

    public async Task Says_what_we_may_do_ourselves()
    {
        Assert.IsType<AccessReply.Allowed>(await Cluster.ReviewOwnAccessAsync(new AccessQuestion.Resource("create", "", "configmaps", Namespace), default));
    }

    public async Task Leases_have_one_holder()
    {
        var clock = new Clock();
        var one = new LeaseClaim(Cluster, Namespace, "leader", "one", TimeSpan.FromSeconds(15), clock);
        var other = new LeaseClaim(Cluster, Namespace, "leader", "other", TimeSpan.FromSeconds(15), clock);
        Assert.IsType<LeaseAttempt.Held>(await one.TryAsync(default));
        Assert.Equal("one", Assert.IsType<LeaseAttempt.HeldByOther>(await other.TryAsync(default)).Holder);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<LeaseAttempt.Held>(await one.TryAsync(default));

        // It has not seen the renewal yet; having seen it, it waits anew.
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<LeaseAttempt.HeldByOther>(await other.TryAsync(default));
        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.IsType<LeaseAttempt.HeldByOther>(await other.TryAsync(default));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<LeaseAttempt.Held>(await other.TryAsync(default));
        Assert.IsType<LeaseAttempt.HeldByOther>(await one.TryAsync(default));
        Assert.IsType<LeaseAttempt.Held>(await other.ReleaseAsync(default));
        Assert.IsType<LeaseAttempt.Held>(await one.TryAsync(default));
        var lease = Yes(await Cluster.GetAsync(new(ResourceTypes.Leases, Namespace, "leader"), default));
        Assert.Equal(("one", 2), (lease["spec"]!["holderIdentity"]!.ToString(), lease["spec"]!["leaseTransitions"]!.GetValue<int>()));
    }

    public async Task Leases_go_to_one_of_many_who_try_at_once()
    {
        var claims = Enumerable.Range(0, 8)
            .Select(i => new LeaseClaim(Cluster, Namespace, "leader", $"candidate-{i}", TimeSpan.FromSeconds(15), TimeProvider.System))
            .ToArray();
        var attempts = await Task.WhenAll(claims.Select(claim => claim.TryAsync(default)));
        Assert.Single(attempts, attempt => attempt is LeaseAttempt.Held);
    }

    protected static string NewNamespace() => "contract-" + Guid.NewGuid().ToString("N")[..10];

    protected static JsonObject NamespaceNamed(string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };

    private ObjectReference Web => new(ResourceTypes.Deployments, Namespace, "web");

    private ObjectReference MapNamed(string name) => new(ResourceTypes.ConfigMaps, Namespace, name);

    private static JsonObject Map(string name, params (string Key, string Value)[] data)
    {
        var values = new JsonObject();
        foreach (var (key, value) in data)
        {
            values[key] = value;
        }

        return new() { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = values };
    }

    private static JsonObject Yes(ClusterReply reply) => (JsonObject)Assert.IsType<ClusterReply.Done>(reply).Object.DeepClone();

    private static ClusterStatus No(ClusterReply reply) => Assert.IsType<ClusterReply.Refused>(reply).Status;

    private static string Meta(JsonNode item, string key) => item["metadata"]?[key]?.ToString() ?? "";

    private static IEnumerable<string> Containers(JsonObject deployment) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(each => $"{each!["name"]}={each["image"]}");

    private Task<ClusterReply> Create(JsonObject item) => Cluster.CreateAsync(ResourceTypes.ConfigMaps, Namespace, item, WriteOptions.Default, default);

    private Task<ClusterReply> CreateDeployment() => Cluster.CreateAsync(
        ResourceTypes.Deployments,
        Namespace,
        (JsonObject)JsonNode.Parse("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},
            "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"local/busybox:1"}]}}}}
            """)!,
        WriteOptions.Default,
        default);

    private Task<ClusterReply> Patch(string name, PatchType type, string patch) =>
        Cluster.PatchAsync(MapNamed(name), type, JsonNode.Parse(patch)!, WriteOptions.Default, default);

    private Task<ClusterReply> Apply(string name, string manager, string content, bool force = false)
    {
        var intent = (JsonObject)JsonNode.Parse(content)!;
        intent["apiVersion"] = "v1";
        intent["kind"] = "ConfigMap";
        intent["metadata"] = new JsonObject { ["name"] = name };
        return Cluster.PatchAsync(MapNamed(name), PatchType.Apply, intent, new() { FieldManager = manager, Force = force }, default);
    }

    private async Task<string[]> Names(ListOptions options)
    {
        var list = Yes(await Cluster.ListAsync(ResourceTypes.ConfigMaps, Namespace, options, default));
        return [.. list["items"]!.AsArray().Select(item => Meta(item!, "name")).Order(StringComparer.Ordinal)];
    }

    private async Task<List<WatchEvent>> Watch(WatchOptions options, int count)
    {
        var told = new List<WatchEvent>();
        await foreach (var each in Cluster.WatchAsync(ResourceTypes.ConfigMaps, Namespace, options with { Timeout = TimeSpan.FromSeconds(30) }, default))
        {
            if (each is not WatchEvent.Bookmark)
            {
                told.Add(each);
            }

            if (told.Count == count)
            {
                break;
            }
        }

        Assert.Equal(count, told.Count);
        return told;
    }
}
