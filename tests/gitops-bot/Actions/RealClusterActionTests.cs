using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Propose;
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
