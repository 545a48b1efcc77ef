using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.Install;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Actions;

public class ClusterActionTests
{
    private static readonly StillClock Clock = new(new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));

    private readonly Shop shop = new(Clock);

    [Fact]
    public void The_catalogue_has_every_action_and_every_action_has_a_verb()
    {
        var types = typeof(ClusterAction).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ClusterAction)) && !type.IsAbstract).ToList();
        Assert.Equal(types.Count, ActionCatalogue.All.Count);
        Assert.Equal(types.Count, ActionCatalogue.All.Select(kind => kind.Id).Distinct().Count());
        foreach (var kind in ActionCatalogue.All)
        {
            Assert.NotNull(VerbBase.Find(kind.Id));
            Assert.NotEmpty(kind.Targets);
            var made = Shop.Make(kind.Id, new(kind.Targets[0], "shop", "web"));
            Assert.Equal(kind.Id, made.Id);
            Assert.Contains(made.GetType(), types);
        }
    }

    [Theory]
    [InlineData("exec", "Pod", "shop", "web", "there is no such action")]
    [InlineData("delete-pod", "Deployment", "shop", "web", "it is for Pod")]
    [InlineData("delete-pod", "pod", "shop", "web'; rm -rf /; '", "must be lower-case")]
    [InlineData("delete-pod", "pod", "shop", "--all", "must be lower-case")]
    [InlineData("delete-pod", "pod", "--all-namespaces", "web", "must be lower-case")]
    [InlineData("delete-pod", "pod", "shop", "web\n@team", "must be lower-case")]
    [InlineData("delete-pod", "pod", "", "web", "must be lower-case")]
    public void Nothing_outside_of_the_list_can_be_made(string id, string kind, string @namespace, string name, string why)
    {
        var refused = Assert.IsType<ActionChoice.Refused>(ActionCatalogue.Choose("prod", id, kind, @namespace, name, new Dictionary<string, string>()));
        Assert.Contains(why, refused.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("rm", refused.Why.Replace("permit", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1 --all")]
    [InlineData("")]
    public void A_revision_is_a_whole_number(string revision) =>
        Assert.IsType<ActionChoice.Refused>(ActionCatalogue.Choose("prod", "undo-rollout", "deployment", "shop", "web", new Dictionary<string, string> { ["revision"] = revision }));

    [Fact]
    public void An_unknown_parameter_is_refused() =>
        Assert.IsType<ActionChoice.Refused>(ActionCatalogue.Choose("prod", "restart-rollout", "deployment", "shop", "web", new Dictionary<string, string> { ["force"] = "true" }));

    [Theory]
    [InlineData("plain-1.2_/:=@%+,", "plain-1.2_/:=@%+,")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$(rm -rf /)`x`\n;&|", "'$(rm -rf /)`x`\n;&|'")]
    [InlineData("!~*?[#{\"\\", "'!~*?[#{\"\\'")]
    public void Words_are_quoted_for_a_shell(string word, string quoted)
    {
        Assert.Equal(quoted, ShellText.Of([word]));
        Assert.Equal(word, SelfHeal.Execute("sh", ".", [], ["-c", $"printf %s {quoted}"]).Output);
    }

    [Theory]
    [InlineData("Deployment", "kubectl -n shop rollout restart deployment/web")]
    [InlineData("StatefulSet", "kubectl -n shop rollout restart statefulset/db")]
    [InlineData("DaemonSet", "kubectl -n shop rollout restart daemonset/agent")]
    public async Task A_restart_is_the_patch_of_one_annotation(string kind, string command)
    {
        var target = Shop.Of(kind);
        var before = shop.Fake.Peek(target)!;
        var action = await Ready(Shop.Make("restart-rollout", target));
        Assert.Equal(command, action.Command);
        Assert.Null(action.Undo);

        Done(await action.Write.SendAsync(shop.Fake, isDryRun: true, default));
        Assert.Equal(before.ToJsonString(), shop.Fake.Peek(target)!.ToJsonString());
        Done(await action.Write.SendAsync(shop.Fake, isDryRun: false, default));
        var after = shop.Fake.Peek(target)!;
        Assert.Equal("2026-11-21T09:00:00Z", after["spec"]!["template"]!["metadata"]!["annotations"]!.AsObject().Text("kubectl.kubernetes.io/restartedAt"));
        after["spec"]!["template"]!["metadata"]!.AsObject().Remove("annotations");
        Assert.True(JsonNode.DeepEquals(before["spec"], after["spec"]));
    }

    [Theory]
    [InlineData("Deployment", """{"spec":{"paused":true}}""", "paused")]
    [InlineData("Deployment", """{"spec":{"replicas":0}}""", "pods to replace")]
    [InlineData("StatefulSet", """{"spec":{"updateStrategy":{"type":"OnDelete"}}}""", "by itself")]
    [InlineData("StatefulSet", """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}""", "partition")]
    public async Task A_restart_that_would_do_nothing_is_void(string kind, string patch, string why)
    {
        await shop.Change(Shop.Of(kind), patch);
        Assert.Contains(why, (await Void(Shop.Make("restart-rollout", Shop.Of(kind)))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_void_and_what_cannot_be_asked_is_not_known()
    {
        Assert.Contains("it is not", (await Void(Shop.Make("restart-rollout", Shop.Web with { Name = "none" }))).Why, StringComparison.Ordinal);
        shop.Fake.FailUnavailable(times: 10);
        foreach (var kind in ActionCatalogue.All)
        {
            var target = kind.Id == "delete-pod" ? Shop.Pod : Shop.Web;
            Assert.IsType<ActionReading.Unknown>(await Shop.Make(kind.Id, target).ReadAsync(shop.Fake, Clock, default));
        }
    }

    [Fact]
    public async Task A_write_that_comes_too_late_is_a_conflict_and_changes_nothing()
    {
        foreach (var made in new[] { Shop.Make("restart-rollout", Shop.Web), Shop.Make("undo-rollout", Shop.Web), Shop.Make("delete-pod", Shop.Pod), Shop.Make("undo-rollout", Shop.Of("StatefulSet")) })
        {
            var action = await Ready(made);
            await shop.Change(made.Target, $$$$"""{"metadata":{"labels":{"touched":"{{{{made.Id}}}}"}}}""");
            var before = shop.Fake.Peek(made.Target)!.ToJsonString();
            Assert.True(Assert.IsType<ClusterReply.Refused>(await action.Write.SendAsync(shop.Fake, isDryRun: false, default)).Status.IsConflict);
            Assert.Equal(before, shop.Fake.Peek(made.Target)!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_binding_stays_while_only_status_moves_and_changes_with_what_was_judged()
    {
        var restart = Shop.Make("restart-rollout", Shop.Web);
        var first = await Ready(restart);
        await shop.RollOut(Shop.Web);
        Assert.Equal(first.Binding, (await Ready(restart)).Binding);
        await shop.Change(Shop.Web, """{"spec":{"template":{"metadata":{"labels":{"app":"web","new":"yes"}}}}}""");
        Assert.NotEqual(first.Binding, (await Ready(restart)).Binding);
        Assert.NotEqual(first.Binding, (await Ready(Shop.Make("restart-rollout", Shop.Of("StatefulSet")))).Binding);
    }

    [Fact]
    public async Task A_pod_is_deleted_by_uid_and_version()
    {
        var action = await Ready(Shop.Make("delete-pod", Shop.Pod));
        Assert.Equal("kubectl -n shop delete pod web-2-a", action.Command);
        Assert.Equal("kubectl -n shop delete pod web-2-a --dry-run=server", action.DryRunCommand);
        var delete = Assert.IsType<ActionWrite.Delete>(action.Write);
        Assert.Equal((action.Uid, shop.Fake.Peek(Shop.Pod)!.Text("metadata", "resourceVersion")), (delete.Uid, delete.ResourceVersion));
        Done(await action.Write.SendAsync(shop.Fake, isDryRun: true, default));
        Assert.NotNull(shop.Fake.Peek(Shop.Pod));
        Done(await action.Write.SendAsync(shop.Fake, isDryRun: false, default));
        Assert.Null(shop.Fake.Peek(Shop.Pod));

        Assert.False((await action.Signal.LookAsync(shop.Fake, default)).IsThere);
        shop.SeedPod("web-2-b", "ReplicaSet", "web-2");
        Assert.True((await action.Signal.LookAsync(shop.Fake, default)).IsThere);
    }

    [Theory]
    [InlineData("alone", "ReplicaSet", null, "nothing controls it")]
    [InlineData("of-a-job", "Job", "work", "of which that is not known")]
    [InlineData("orphan", "ReplicaSet", "gone", "it is not")]
    [InlineData("unwanted", "ReplicaSet", "web-1", "the controller wants pods")]
    public async Task A_pod_that_nobody_makes_anew_is_not_deleted(string name, string kind, string? owner, string why)
    {
        shop.SeedPod(name, kind, owner);
        Assert.Contains(why, (await Void(Shop.Make("delete-pod", Shop.Pod with { Name = name }))).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deployment")]
    [InlineData("StatefulSet")]
    [InlineData("DaemonSet")]
    public async Task An_undo_brings_the_template_before_back(string kind)
    {
        var target = Shop.Of(kind);
        var action = await Ready(Shop.Make("undo-rollout", target));
        Assert.EndsWith(" --to-revision=1", action.Command, StringComparison.Ordinal);
        Assert.EndsWith(" --to-revision=1 --dry-run=server", action.DryRunCommand, StringComparison.Ordinal);
        Assert.EndsWith(" --to-revision=2", action.Undo, StringComparison.Ordinal);
        Done(await action.Write.SendAsync(shop.Fake, isDryRun: false, default));
        var after = shop.Fake.Peek(target)!;
        Assert.Equal("busybox:1", after["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.False(after["spec"]!["template"]!["metadata"]!["labels"]!.AsObject().ContainsKey("pod-template-hash"));
        if (kind == "Deployment")
        {
            Assert.Equal("number 1", after["metadata"]!["annotations"]!.AsObject().Text("kubernetes.io/change-cause"));
        }
    }

    [Theory]
    [InlineData("""{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:shop/web"}}}""", "Argo CD application shop would put it back")]
    [InlineData("""{"metadata":{"labels":{"kustomize.toolkit.fluxcd.io/name":"shop"}}}""", "Flux Kustomization flux-system/shop would put it back")]
    [InlineData("""{"status":{"observedGeneration":0}}""", "observedGeneration is behind")]
    public async Task An_undo_that_would_be_void_or_fought_is_refused(string patch, string why)
    {
        await shop.Change(Shop.Web, patch);
        Assert.Contains(why, (await Void(Shop.Make("undo-rollout", Shop.Web))).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "2 runs")]
    [InlineData("7", "there are 1, 2")]
    public async Task An_undo_goes_to_another_revision_that_is_there(string revision, string why) =>
        Assert.Contains(why, (await Void(Shop.Make("undo-rollout", Shop.Web, ("revision", revision)))).Why, StringComparison.Ordinal);

    [Fact]
    public async Task An_undo_wants_two_revisions()
    {
        await shop.Fake.DeleteAsync(new(ResourceTypes.ReplicaSets, "shop", "web-1"), DeleteOptions.Default, default);
        Assert.Contains("there is 1", (await Void(Shop.Make("undo-rollout", Shop.Web))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_is_waited_for_until_it_is_there_and_no_longer()
    {
        var action = await Ready(Shop.Make("restart-rollout", Shop.Web));
        Done(await action.Write.SendAsync(shop.Fake, isDryRun: false, default));
        var late = await Convergence.WaitAsync(shop.Fake, action.Signal, TimeSpan.FromMilliseconds(50), TimeProvider.System, default);
        Assert.False(late.IsGood);
        var waiting = Convergence.WaitAsync(shop.Fake, action.Signal, TimeSpan.FromMinutes(5), TimeProvider.System, default);
        await shop.RollOut(Shop.Web);
        Assert.True((await waiting).IsGood);
    }

    [Fact]
    public async Task A_rollout_whose_new_pods_restart_is_not_good()
    {
        var action = await Ready(Shop.Make("restart-rollout", Shop.Web));
        await shop.RollOut(Shop.Web);
        await shop.Change(Shop.Pod, """{"status":{"containerStatuses":[{"name":"main","restartCount":3}]}}""");
        var seen = await action.Signal.LookAsync(shop.Fake, default);
        Assert.Equal((true, 3), (seen.IsThere, seen.Restarts));
    }

    private async Task<PreparedAction> Ready(ClusterAction action) => Assert.IsType<ActionReading.Ready>(await action.ReadAsync(shop.Fake, Clock, default)).Action;

    private async Task<ActionReading.Void> Void(ClusterAction action) => Assert.IsType<ActionReading.Void>(await action.ReadAsync(shop.Fake, Clock, default));

    private static void Done(ClusterReply reply) => Assert.True(reply is ClusterReply.Done, reply.Problem);
}
