using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.ArgoCd;
using SelfHealGitOps.Bot.Tests.Export;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

/// <summary>One small shop, in a cluster of memory and in the one that KUBECONFIG names.</summary>
public sealed class LiveGraphReaderTests
{
    private static readonly Edit Image = new Edit.Set(FieldPath.Root.Key("spec").Key("template").Key("spec").Key("containers"), "x");
    private static readonly Edit Data = new Edit.Set(FieldPath.Root.Key("data").Key("a"), "2");

    [Fact]
    public async Task The_graph_of_a_shop() => await HoldsAsync(Fake(), "shop");

    [ClusterFact]
    public async Task The_graph_of_a_shop_in_a_real_cluster()
    {
        var access = Assert.IsType<KubeconfigReading.Accepted>(Kubeconfig.Load(context: null)).Access;
        using var api = new KubernetesApi(access, TimeProvider.System);
        var place = $"mi-{Guid.NewGuid().ToString("N")[..8]}";
        var space = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = place, ["labels"] = new JsonObject { ["env"] = "dev" } } };
        Assert.IsType<ClusterReply.Done>(await api.CreateAsync(ResourceTypes.Namespaces, null, space, WriteOptions.Default, CancellationToken.None));
        try
        {
            var discovery = Assert.IsType<DiscoveryReply.Found>(await api.DiscoverAsync(CancellationToken.None)).Discovery;
            foreach (var item in ShopObjects.All(place))
            {
                var type = discovery.Find(item.Text("apiVersion")!, item.Text("kind")!)!.Type;
                var reply = await api.CreateAsync(type, place, item, WriteOptions.Default, CancellationToken.None);
                Assert.True(reply is ClusterReply.Done, reply.Problem);
            }

            await UntilThereArePods(api, place);
            await HoldsAsync(api, place);
            Assert.Equal("dev", (await new LiveGraphReader(api).LabelsAsync(place, CancellationToken.None))!["env"]);
        }
        finally
        {
            await api.DeleteAsync(new(ResourceTypes.Namespaces, null, place), DeleteOptions.Default, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("pods", "Consumers Ingresses Disruption Replicas Services")]
    [InlineData("cronjobs", "Consumers Ingresses Disruption Replicas Services")]
    [InlineData("poddisruptionbudgets", "Disruption")]
    [InlineData("horizontalpodautoscalers", "HasAutoscaler")]
    [InlineData("services", "Ingresses Services")]
    [InlineData("ingresses", "Ingresses")]
    [InlineData("httproutes", "Ingresses")]
    [InlineData("serviceaccounts", "Consumers")]
    public async Task What_may_not_be_listed_is_not_known_and_the_rest_is(string plural, string unknown)
    {
        var fake = Fake();
        fake.Serve(new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true));
        fake.FailForbidden(times: 9, when: call => call.Type?.Plural == plural);
        var read = await new LiveGraphReader(fake).ReadAsync(Shop("ConfigMap", "settings"), "shop", [Data], CancellationToken.None);

        Assert.All(unknown.Split(' '), input => Assert.Null(typeof(LiveGraph).GetProperty(input)!.GetValue(read)));
        var all = new[] { "Consumers", "Ingresses", "Disruption", "Replicas", "Services", "HasAutoscaler" };
        if (plural is not ("pods" or "cronjobs"))
        {
            Assert.All(all.Except(unknown.Split(' ')), input => Assert.NotNull(typeof(LiveGraph).GetProperty(input)!.GetValue(read)));
        }
    }

    [Fact]
    public async Task Without_its_pods_a_workload_is_read_from_its_status()
    {
        var fake = Fake();
        fake.FailForbidden(when: call => call.Type == ResourceTypes.Pods);

        var read = await new LiveGraphReader(fake).ReadAsync(Shop("Deployment", "web"), "shop", [Image], CancellationToken.None);

        Assert.Equal((2, 1), (read.Replicas, read.Services!.Count));
    }

    [Fact]
    public async Task A_namespace_is_listed_once_and_a_secret_never()
    {
        var fake = Fake();
        var reader = new LiveGraphReader(fake);
        foreach (var name in new[] { "web", "api", "web" })
        {
            await reader.ReadAsync(Shop("Deployment", name), "shop", [Image], CancellationToken.None);
        }

        await reader.LabelsAsync("shop", CancellationToken.None);
        await reader.LabelsAsync("shop", CancellationToken.None);

        Assert.All(fake.Calls.Where(call => call.Verb == "list").CountBy(call => (call.Type, call.Namespace)), call => Assert.Equal(1, call.Value));
        Assert.Single(fake.Calls, call => call.Type == ResourceTypes.Namespaces);
        Assert.DoesNotContain(fake.Calls, call => call.Type == ResourceTypes.Secrets || call.Type == ResourceTypes.ConfigMaps);
    }

    [Fact]
    public async Task An_object_that_nobody_has_a_table_for_is_not_known()
    {
        var crd = LocatorCase.Objects("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: shop}\n").Single();

        Assert.Equal(LiveGraph.Unknown, await new LiveGraphReader(Fake()).ReadAsync(crd, "shop", [Data], CancellationToken.None));
        Assert.Null((await new LiveGraphReader(Fake()).ReadAsync(Shop("Deployment", "web"), null, [Image], CancellationToken.None)).Replicas);
    }

    [Theory]
    [InlineData("Deployment", "web", "metadata/labels", false)]
    [InlineData("Deployment", "web", "spec/replicas", false)]
    [InlineData("Deployment", "web", "spec/template/spec/x", true)]
    [InlineData("Deployment", "web", "spec/template/metadata/labels", true)]
    [InlineData("Deployment", "web", "spec/template", true)]
    [InlineData("Deployment", "web", "spec/selector", true)]
    [InlineData("CronJob", "nightly", "spec/schedule", false)]
    [InlineData("CronJob", "nightly", "spec/jobTemplate/spec/template/spec", true)]
    [InlineData("StatefulSet", "db", "spec/volumeClaimTemplates", true)]
    [InlineData("Service", "web", "spec/selector", false)]
    public void Pods_are_replaced_by_what_is_in_their_template(string kind, string name, string path, bool expected) =>
        Assert.Equal(expected, Restart.IsNeeded(Shop(kind, name), [new Edit.Set(path.Split('/').Aggregate(FieldPath.Root, (at, key) => at.Key(key)), "x")]));

    [Fact]
    public void Pods_that_two_objects_share_are_counted_once()
    {
        var objects = LocatorCase.Objects("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "registry.example.com/web:1.2"}]}}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: shop}
            spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: other, namespace: shop}
            spec: {containers: [{name: web, image: "registry.example.com/web:1.2"}]}

            """);
        var set = ObjectSet.Of(objects);
        LiveGraph[] graphs = [.. objects.Select(each => DeclaredGraph.Of(set, each, "shop", []))];
        Assert.Equal([3, 3, 1], graphs.Select(graph => graph.Replicas!.Value));
        Assert.Equal(3, graphs[0].And(graphs[1]).Replicas);
        Assert.Equal(4, graphs[1].And(graphs[2]).And(graphs[0]).Replicas);
        Assert.Equal(4, graphs[2].And(graphs[0].And(graphs[1])).Replicas);
    }

    [Fact]
    public void As_declared_the_graph_is_the_same_but_for_what_only_runs()
    {
        var set = ObjectSet.Of(LocatorCase.Objects(ShopObjects.Yaml("shop")));

        var web = DeclaredGraph.Of(set, Shop("Deployment", "web"), null, [Image]);

        Assert.Equal((2, true, true), (web.Replicas, web.NeedsRestart, web.HasAutoscaler));
        Assert.Equal(Disruption.One, web.Disruption);
        Assert.Equal(["shop/web"], web.Services!);
        Assert.Equal(["Ingress shop/web"], web.Ingresses!);
        Assert.Equal(["shop/data"], web.Claims!);
        Assert.Equal(["CronJob shop/nightly", "Deployment shop/web"], DeclaredGraph.Of(set, Shop("ConfigMap", "settings"), "shop", [Data]).Consumers!.Order(StringComparer.Ordinal));
    }

    private static async Task HoldsAsync(ICluster cluster, string place)
    {
        var reader = new LiveGraphReader(cluster);

        var web = await reader.ReadAsync(Shop("Deployment", "web", place), place, [Image], CancellationToken.None);
        Assert.Equal((2, true, true, Disruption.Exhausted), (web.Replicas, web.NeedsRestart, web.HasAutoscaler, web.Disruption));
        Assert.Equal([$"{place}/web"], web.Services!);
        Assert.Equal([$"Ingress {place}/web"], web.Ingresses!);
        Assert.Equal([$"{place}/data"], web.Claims!);
        Assert.Empty(web.Consumers!);

        // As an action sees it: of the whole workload, and of one of its pods alone.
        var whole = await reader.OfRunningAsync(Assert.IsType<ClusterReply.Done>(await cluster.GetAsync(new(ResourceTypes.Deployments, place, "web"), CancellationToken.None)).Object, CancellationToken.None);
        var one = await reader.OfRunningAsync(await PodAsync(cluster, place), CancellationToken.None);
        Assert.Equal((2, 1), (whole.Replicas, one.Replicas));
        foreach (var each in new[] { whole, one })
        {
            Assert.Equal((true, true, Disruption.Exhausted), (each.NeedsRestart, each.HasAutoscaler, each.Disruption));
            Assert.Equal([$"{place}/web"], each.Services!);
            Assert.Equal([$"Ingress {place}/web"], each.Ingresses!);
            Assert.Equal([$"{place}/data"], each.Claims!);
            Assert.Empty(each.Consumers!);
        }

        var settings = await reader.ReadAsync(Shop("ConfigMap", "settings", place), place, [Data], CancellationToken.None);
        Assert.Equal([$"CronJob {place}/nightly", $"Deployment {place}/web"], settings.Consumers!.Order(StringComparer.Ordinal));
        Assert.Equal((2, false), (settings.Replicas, settings.NeedsRestart));

        Assert.Equal([$"Deployment {place}/api"], await Consumers("Secret", "pull"));
        Assert.Equal([$"Ingress {place}/web"], await Consumers("Secret", "cert"));
        Assert.Equal([$"Deployment {place}/web"], await Consumers("Secret", "keys"));
        Assert.Equal([$"Deployment {place}/api"], await Consumers("ServiceAccount", "robot"));
        Assert.Equal([$"CronJob {place}/nightly", $"Deployment {place}/web", $"StatefulSet {place}/db"], await Consumers("ServiceAccount", "default"));

        var db = await reader.ReadAsync(Shop("StatefulSet", "db", place), place, [Image], CancellationToken.None);
        Assert.Equal((2, false, Disruption.Unguarded), (db.Replicas, db.HasAutoscaler, db.Disruption));
        Assert.Equal([$"{place}/data-db-0", $"{place}/data-db-1"], db.Claims!.Order(StringComparer.Ordinal));
        Assert.Empty(db.Services!);

        var service = await reader.ReadAsync(Shop("Service", "web", place), place, [Data], CancellationToken.None);
        Assert.Equal((2, false), (service.Replicas, service.NeedsRestart));
        Assert.Equal([$"Ingress {place}/web"], service.Ingresses!);

        async Task<IEnumerable<string>> Consumers(string kind, string name)
        {
            var target = LocatorCase.Objects($"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n").Single();
            return (await reader.ReadAsync(target, place, [Data], CancellationToken.None)).Consumers!.Order(StringComparer.Ordinal);
        }
    }

    /// <summary>What one may not list is not taken for nothing, not even for an object that may be read itself.</summary>
    [Theory]
    [InlineData("pods", "HasAutoscaler")]
    [InlineData("deployments", "HasAutoscaler")]
    [InlineData("replicasets", "HasAutoscaler")]
    [InlineData("poddisruptionbudgets", "Disruption")]
    [InlineData("horizontalpodautoscalers", "HasAutoscaler")]
    [InlineData("services", "Ingresses Services")]
    [InlineData("ingresses", "Ingresses")]
    public async Task Of_a_pod_that_goes_nothing_is_lighter_for_what_may_not_be_listed(string plural, string unknown)
    {
        var fake = Fake();
        var pod = await PodAsync(fake, "shop");
        fake.FailForbidden(times: 9, when: call => call.Verb == "list" && call.Type?.Plural == plural);

        var read = await new LiveGraphReader(fake).OfRunningAsync(pod, CancellationToken.None);

        var inputs = new[] { "Ingresses", "Disruption", "Replicas", "Services", "HasAutoscaler" };
        Assert.Equal(unknown, string.Join(' ', inputs.Where(input => typeof(LiveGraph).GetProperty(input)!.GetValue(read) is null).Order(StringComparer.Ordinal)));
        Assert.Equal((1, true), (read.Replicas, read.NeedsRestart));
        Assert.NotEqual(Disruption.NoPods, read.Disruption);
    }

    private static async Task<JsonObject> PodAsync(ICluster cluster, string place) =>
        Assert.IsType<ListReply.Listed>(await cluster.ListAllAsync(ResourceTypes.Pods, place, new() { LabelSelector = "app=web" }, CancellationToken.None)).Items[0];

    private static async Task UntilThereArePods(KubernetesApi api, string place)
    {
        for (var i = 0; i < 300; i++)
        {
            var pods = await api.ListAllAsync(ResourceTypes.Pods, place, new(), CancellationToken.None);
            var budget = await api.GetAsync(new(new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true), place, "web"), CancellationToken.None);
            if (pods is ListReply.Listed { Items.Count: 5 } && budget is ClusterReply.Done { Object: var known } && known["status"]?["expectedPods"]?.GetValue<int>() == 2)
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("in 30 seconds the controllers made no 5 pods");
    }

    private static SetObject Shop(string kind, string name, string place = "shop") =>
        LocatorCase.Objects(ShopObjects.Yaml(place)).Single(each => each.Kind == kind && each.Name == name);

    /// <summary>What the controllers would have made of it is put in by hand.</summary>
    private static FakeCluster Fake()
    {
        var fake = new FakeCluster();
        fake.Seed(new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "shop" } });
        foreach (var item in ShopObjects.All("shop"))
        {
            var replicas = item["spec"]?["replicas"]?.GetValue<int>() ?? 0;
            if (item.Text("kind") == "PodDisruptionBudget")
            {
                item["status"] = new JsonObject { ["disruptionsAllowed"] = 0 };
            }

            if (replicas == 0)
            {
                fake.Seed(item);
                continue;
            }

            item["status"] = new JsonObject { ["replicas"] = replicas };
            var owner = fake.Seed(item);
            if (item.Text("kind") == "Deployment")
            {
                var set = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet", ["metadata"] = Owned(owner, "-5d9c"), ["spec"] = item["spec"]!.DeepClone() };
                owner = fake.Seed(set);
            }

            for (var i = 0; i < replicas; i++)
            {
                var template = item["spec"]!["template"]!;
                var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = Owned(owner, $"-{i}"), ["spec"] = template["spec"]!.DeepClone(), ["status"] = new JsonObject { ["phase"] = "Running" } };
                pod["metadata"]!["labels"] = template["metadata"]!["labels"]!.DeepClone();
                fake.Seed(pod);
            }
        }

        return fake;
    }

    private static JsonObject Owned(JsonObject owner, string suffix) => new()
    {
        ["name"] = owner.Text("metadata", "name") + suffix,
        ["namespace"] = owner.Text("metadata", "namespace"),
        ["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = owner.Text("apiVersion"), ["kind"] = owner.Text("kind"), ["name"] = owner.Text("metadata", "name"), ["uid"] = owner.Text("metadata", "uid"), ["controller"] = true,
        }),
    };
}
