using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.Deliver;
using SelfHealGitOps.Bot.Tests.Export;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Actions;

/// <summary>The same actions where real controllers and a real kubelet answer them.</summary>
public class RealClusterActionTests
{
    [ClusterFact]
    public async Task Every_action_does_on_a_real_cluster_what_kubectl_does()
    {
        using var api = Connect();
        var @namespace = $"act-{Guid.NewGuid().ToString("N")[..6]}";
        var place = new ObjectReference(ResourceTypes.Namespaces, null, @namespace);
        Done(await api.CreateAsync(ResourceTypes.Namespaces, null, Parse("""{"metadata":{"name":"NAME"}}""".Replace("NAME", @namespace, StringComparison.Ordinal)), WriteOptions.Default, default));
        try
        {
            foreach (var type in Workload.Types)
            {
                await Exercise(api, new(type, @namespace, $"x-{type.Kind.ToLowerInvariant()}"));
            }

            await DeletePod(api, @namespace);
        }
        finally
        {
            await api.DeleteAsync(place, DeleteOptions.Default, default);
        }
    }

    /// <summary>The way from the proposal to the closed issue, with a person's yes in between.</summary>
    [ClusterFact]
    public async Task Approved_an_action_is_run_watched_and_its_end_is_said()
    {
        using var api = Connect();
        await using var place = await Place.Make(api);
        var web = await place.Run("web", "local/busybox:1");
        await place.Change(web, """{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"local/busybox:2"}]}}}}""");
        await Settled(api, web);
        foreach (var id in new[] { "restart-rollout", "undo-rollout", "delete-pod" })
        {
            var target = id == "delete-pod" ? await place.Pod("web") : web;
            await using var world = await ActionWorld.Open(real: api);
            world.Wait = Convergence.Limit;
            Assert.Equal((PassAct.Opened, "human: waits for one approval"), await Told(world.Propose(id, target)));
            Assert.Equal("human: waits for one approval", (await world.Pass()).Why);
            world.Forge.Say(1, "ann", "/approve");
            // A status may move between the last check and the write: then nothing was changed, and a new yes is wanted.
            PassEvent end;
            for (var i = 0; (end = await world.Pass()).Act == PassAct.Failed && i < 5; i++)
            {
                world.Forge.Say(1, "ann", "/approve");
            }

            Assert.True(end.Why == "done by the bot", $"{id}: {end.Why}");
            Assert.Empty(world.Forge.Open);
            Assert.Contains(world.Forge.Comments(1), comment => comment.Body.StartsWith("Outcome: done; what was expected was there", StringComparison.Ordinal));
        }

        Assert.Equal("local/busybox:2", ImageOf(await Read(api, web)));
    }

    /// <summary>A quota keeps the new pods from being made; what the issue says of a way out is one.</summary>
    [ClusterFact]
    public async Task What_never_comes_about_is_said_and_the_way_out_leads_out()
    {
        using var api = Connect();
        await using var place = await Place.Make(api);
        var web = await place.Run("web", "local/busybox:1");
        var pod = await place.Pod("web");
        await using var world = await ActionWorld.Open(real: api);
        world.Wait = TimeSpan.FromSeconds(4);
        await world.Propose("restart-rollout", web);
        await place.Make("ResourceQuota", "v1", """{"metadata":{"name":"full"},"spec":{"hard":{"pods":"1"}}}""");
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal(PassAct.Failed, (await world.Pass()).Act);
        var outcome = Assert.Single(world.Forge.Comments(1), comment => comment.Body.StartsWith("Outcome: ", StringComparison.Ordinal)).Body;
        Assert.True(Regex.IsMatch(outcome, "^Outcome: done, but what was expected was not there after [0-9]+ s: seen by its controller, 0 of 1 updated, 1 available, 0 restarts. Somebody has to look; "), outcome);
        var way = $"kubectl -n {web.Namespace} rollout undo deployment/web";
        Assert.Contains($"to end it where it is: `{way}`", outcome, StringComparison.Ordinal);
        Assert.Single(world.Forge.Open);

        Kubectl(way);
        await Settled(api, web);
        Assert.IsType<ClusterReply.Done>(await api.GetAsync(pod, default));
    }

    [ClusterFact]
    public async Task What_does_not_hold_any_more_is_taken_back_though_it_was_approved()
    {
        using var api = Connect();
        await using var place = await Place.Make(api);
        var web = await place.Run("web", "local/busybox:1");
        await place.Change(web, """{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"local/busybox:2"}]}}}}""");
        await Settled(api, web);
        var pod = await place.Pod("web");
        (string Id, ObjectReference Target, Func<Task> Meanwhile, string Why)[] cases =
        [
            ("undo-rollout", web, () => place.Change(web, """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:shop/web"}}}"""), "Argo CD application shop would put it back"),
            ("restart-rollout", web, () => place.Change(web, """{"spec":{"paused":true}}"""), "paused"),
            ("delete-pod", pod, async () => Done(await api.DeleteAsync(pod, DeleteOptions.Default, default)), "is there"),
        ];
        foreach (var (id, target, meanwhile, why) in cases)
        {
            await using var world = await ActionWorld.Open(real: api);
            Assert.Equal(PassAct.Opened, (await world.Propose(id, target)).Act);
            world.Forge.Say(1, "ann", "/approve");
            await meanwhile();
            var before = id == "delete-pod" ? "" : (await Read(api, web))["spec"]!.ToJsonString();
            var end = await world.Pass();
            Assert.True(end.Act == PassAct.Withdrawn && end.Why!.Contains(why, StringComparison.Ordinal), $"{id}: {end.Act} {end.Why}");
            Assert.Equal(before, id == "delete-pod" ? "" : (await Read(api, web))["spec"]!.ToJsonString());
            // And what does not hold is not proposed.
            Assert.Equal(PassAct.Failed, (await world.Propose(id, target)).Act);
            Assert.Empty(world.Forge.Open);
        }
    }

    /// <summary>The same restart, with more and more behind it; real controllers say what a budget has left.</summary>
    [ClusterFact]
    public async Task What_hangs_on_the_pods_makes_an_action_heavier()
    {
        using var api = Connect();
        await using var place = await Place.Make(api);
        var web = await place.Run("web", "local/busybox:1");
        var alone = await Radius();
        await place.Make("Service", "v1", """{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""");
        await place.Make("Ingress", "networking.k8s.io/v1", """{"metadata":{"name":"web"},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""");
        var fronted = await Radius();
        await place.Make("PodDisruptionBudget", "policy/v1", """{"metadata":{"name":"web"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}""");
        var budget = new ObjectReference(new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true), web.Namespace, "web");
        for (var i = 0; (await Read(api, budget))["status"]?["expectedPods"]?.GetValue<int>() != 1; i++)
        {
            Assert.True(i < 300, "nobody looks after the budget");
            await Task.Delay(100);
        }

        var guarded = await Radius();
        Assert.Contains("disruption budget: no pod may go", guarded.Text, StringComparison.Ordinal);
        Assert.Contains($"ingresses: 1 (Ingress {web.Namespace}/web)", guarded.Text, StringComparison.Ordinal);
        Assert.Equal((alone.Score + 4, alone.Score + 7), (fronted.Score, guarded.Score));

        async Task<(int Score, string Text)> Radius()
        {
            await using var world = await ActionWorld.Open(real: api);
            await world.Propose("restart-rollout", web);
            var body = world.Forge.Issue(1).Body;
            var text = body[body.IndexOf("and what it reaches", StringComparison.Ordinal)..];
            return (BlastRadius.Recompute(text), text);
        }
    }

    private static async Task<(PassAct Act, string? Why)> Told(Task<PassEvent> done) => ((await done).Act, (await done).Why);

    private static string ImageOf(JsonObject workload) => workload["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();

    /// <summary>A namespace of one test, gone after it.</summary>
    private sealed class Place(KubernetesApi api, string name) : IAsyncDisposable
    {
        public static async Task<Place> Make(KubernetesApi api)
        {
            var name = $"act-{Guid.NewGuid().ToString("N")[..6]}";
            Done(await api.CreateAsync(ResourceTypes.Namespaces, null, Parse("""{"metadata":{"name":"NAME"}}""".Replace("NAME", name, StringComparison.Ordinal)), WriteOptions.Default, default));
            return new(api, name);
        }

        public async Task<ObjectReference> Run(string workload, string image)
        {
            var target = new ObjectReference(ResourceTypes.Deployments, name, workload);
            var manifest = Manifest(target);
            manifest["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
            Done(await api.CreateAsync(target.Type, name, manifest, WriteOptions.Default, default));
            await Settled(api, target);
            return target;
        }

        public async Task Make(string kind, string version, string json)
        {
            var type = Assert.IsType<DiscoveryReply.Found>(await api.DiscoverAsync(default)).Discovery.Find(version, kind)!.Type;
            Done(await api.CreateAsync(type, name, Parse(json), WriteOptions.Default, default));
        }

        public async Task Change(ObjectReference target, string patch) => Done(await api.PatchAsync(target, PatchType.StrategicMerge, Parse(patch), WriteOptions.Default, default));

        public async Task<ObjectReference> Pod(string app)
        {
            var pods = Assert.IsType<ListReply.Listed>(await api.ListAllAsync(ResourceTypes.Pods, name, new() { LabelSelector = $"app={app}" }, default));
            return new(ResourceTypes.Pods, name, pods.Items.First(item => item["metadata"]!["deletionTimestamp"] is null && item["status"]?["phase"]?.ToString() == "Running").Text("metadata", "name")!);
        }

        public async ValueTask DisposeAsync() => await api.DeleteAsync(new(ResourceTypes.Namespaces, null, name), DeleteOptions.Default, default);
    }

    private static async Task Exercise(KubernetesApi api, ObjectReference target)
    {
        Done(await api.CreateAsync(target.Type, target.Namespace, Manifest(target), WriteOptions.Default, default));
        await Settled(api, target);
        var undo = Shop.Make("undo-rollout", target);
        Assert.Contains("two revisions", Assert.IsType<ActionReading.Void>(await undo.ReadAsync(api, TimeProvider.System, default)).Why, StringComparison.Ordinal);

        Done(await api.PatchAsync(target, PatchType.StrategicMerge, Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"local/busybox:2"}]}}}}"""), WriteOptions.Default, default));
        await Settled(api, target);
        var action = await Verify(api, undo);
        Assert.Contains("\"image\": \"local/busybox:2\"", action.DryRun, StringComparison.Ordinal);
        Kubectl(action.Prepared.DryRunCommand);
        await Run(api, action.Prepared);
        Assert.Equal("local/busybox:1", (await Read(api, target))["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());

        // What kubectl does with our undo command is to bring the template back that the action found.
        Kubectl(action.Prepared.Undo!);
        await Settled(api, target);
        Assert.Equal("local/busybox:2", (await Read(api, target))["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());

        var restart = await Verify(api, Shop.Make("restart-rollout", target));
        Assert.Contains("restartedAt", restart.DryRun, StringComparison.Ordinal);
        Kubectl(restart.Prepared.DryRunCommand);
        await Run(api, restart.Prepared);
        Assert.True(Assert.IsType<ClusterReply.Refused>(await restart.Prepared.Write.SendAsync(api, isDryRun: false, default)).Status.IsConflict);
    }

    private static async Task DeletePod(KubernetesApi api, string @namespace)
    {
        var pods = Assert.IsType<ListReply.Listed>(await api.ListAllAsync(ResourceTypes.Pods, @namespace, new() { LabelSelector = "app=x-deployment" }, default));
        var pod = pods.Items.First(item => item["metadata"]!["deletionTimestamp"] is null).Text("metadata", "name")!;
        var action = await Verify(api, Shop.Make("delete-pod", new(ResourceTypes.Pods, @namespace, pod)));
        Kubectl(action.Prepared.DryRunCommand);
        await Run(api, action.Prepared);
        Assert.IsType<ClusterReply.Refused>(await action.Prepared.Write.SendAsync(api, isDryRun: false, default));
    }

    private static async Task<(PreparedAction Prepared, string DryRun)> Verify(KubernetesApi api, ClusterAction action)
    {
        var verification = await new ActionVerifier(TimeProvider.System).VerifyAsync(new Proposal.Act(action, "a test"), new("prod", api), default);
        var verified = Assert.IsType<Verification.Accepted>(verification).Proposal;
        Assert.Empty(verified.NotRun);
        return (verified.Action!, verified.Results.First(gate => gate.Gate == Gates.DryRun).Details);
    }

    private static async Task Run(KubernetesApi api, PreparedAction action)
    {
        // A status may have moved between the check and the write; then it is a conflict, and is looked at again.
        for (var i = 0; await action.Write.SendAsync(api, isDryRun: false, default) is var reply && reply is not ClusterReply.Done; i++)
        {
            Assert.True(i < 5 && reply is ClusterReply.Refused { Status.IsConflict: true }, reply.Problem);
            action = Assert.IsType<ActionReading.Ready>(await action.Action.ReadAsync(api, TimeProvider.System, default)).Action;
        }

        var seen = await Convergence.WaitAsync(api, action.Signal, Convergence.Limit, TimeProvider.System, default);
        Assert.True(seen.IsGood, $"{action.Action.Name}: {seen.Last.Seen}");
    }

    private static async Task Settled(KubernetesApi api, ObjectReference target)
    {
        var seen = await Convergence.WaitAsync(api, new RolloutSignal(target, DateTimeOffset.MaxValue), Convergence.Limit, TimeProvider.System, default);
        Assert.True(seen.IsGood, $"{target}: {seen.Last.Seen}");
    }

    private static void Kubectl(string command)
    {
        var outcome = SelfHeal.Execute("sh", ".", [], ["-c", command]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    private static async Task<JsonObject> Read(KubernetesApi api, ObjectReference target) => Assert.IsType<ClusterReply.Done>(await api.GetAsync(target, default)).Object;

    private static KubernetesApi Connect() => Kubeconfig.Load([Environment.GetEnvironmentVariable("KUBECONFIG")!], null) switch
    {
        KubeconfigReading.Accepted(var access, _) => new(access, TimeProvider.System),
        var refused => throw new InvalidOperationException(refused.ToString()),
    };

    private static JsonObject Manifest(ObjectReference target)
    {
        var name = target.Name;
        var manifest = Parse("""
            {"metadata":{"name":"NAME"},"spec":{"selector":{"matchLabels":{"app":"NAME"}},"template":{"metadata":{"labels":{"app":"NAME"}},
            "spec":{"terminationGracePeriodSeconds":0,"automountServiceAccountToken":false,"containers":[{"name":"main","image":"local/busybox:1","imagePullPolicy":"IfNotPresent","command":["sleep","3600"]}]}}}}
            """.Replace("NAME", name, StringComparison.Ordinal));
        if (target.Type != ResourceTypes.DaemonSets)
        {
            manifest["spec"]!["replicas"] = 1;
        }

        if (target.Type == ResourceTypes.StatefulSets)
        {
            manifest["spec"]!["serviceName"] = name;
        }

        return manifest;
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static void Done(ClusterReply reply) => Assert.True(reply is ClusterReply.Done, reply.Problem);
}
