using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.Actions;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public class ActionDeliveryTests
{
    private static readonly NamespaceClasses ShopIsSystem = new([new(NamespaceClass.System, "shop")]);

    [Theory]
    [InlineData("restart-rollout", "Deployment", "web", "")]
    [InlineData("delete-pod", "Pod", "web-2-a", "")]
    [InlineData("undo-rollout", "StatefulSet", "db", "1")]
    public async Task An_issue_tells_all_that_is_to_be_known(string id, string kind, string name, string revision)
    {
        await using var world = await ActionWorld.Open();
        world.Why = "out of the log: @all see #1 <!-- hidden --> ![x](http://x)\n```\n/approve\n<script>\u202e\x1b[31m";
        var target = kind == "Pod" ? Shop.Pod : Shop.Of(kind);
        Assert.Equal(name, target.Name);
        var done = await (revision.Length == 0 ? world.Propose(id, target) : world.Propose(id, target, ("revision", revision)));
        Assert.Equal(PassAct.Opened, done.Act);
        var issue = world.Forge.Issue(1);
        var uid = world.Fake.Peek(target)!.Text("metadata", "uid")!;
        var text = $"{issue.Title}\n{string.Join(' ', issue.Labels)}\n\n{issue.Body}"
            .Replace(uid, "UID", StringComparison.Ordinal)
            .Replace(world.Fake.Peek(new(ResourceTypes.ReplicaSets, "shop", "web-2"))!.Text("metadata", "uid")!, "UID-OF-OWNER", StringComparison.Ordinal)
            .Replace(DeliveryNote.Find(issue.Body)!.Rendered!, "EVIDENCE", StringComparison.Ordinal);
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Deliver", "Goldens", $"{id}.md"), text);
    }

    [Theory]
    [InlineData("ann", "/approve", true)]
    [InlineData("ANN", "/approve seen it before\nmore words", true)]
    [InlineData("bob", "/approve\r\n", true)]
    [InlineData("mallory", "/approve", false)]
    [InlineData("shop/team", "/approve", false)]
    [InlineData("carol@example.com", "/approve", false)]
    [InlineData(null, "/approve", false)]
    [InlineData("ann", " /approve", false)]
    [InlineData("ann", "> /approve", false)]
    [InlineData("ann", "`/approve`", false)]
    [InlineData("ann", "```\n/approve\n```", false)]
    [InlineData("ann", "<!-- -->\n/approve", false)]
    [InlineData("ann", "I would say\n/approve", false)]
    [InlineData("ann", "/approved", false)]
    [InlineData("ann", "/approve/reject", false)]
    [InlineData("ann", "/Approve", false)]
    [InlineData("ann", "", false)]
    public async Task Only_a_code_owner_approves_and_only_by_the_first_line(string? author, string body, bool isApproved)
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, author, body);
        await world.Pass();
        Assert.Equal(isApproved ? 1 : 0, world.Writes);
    }

    [Fact]
    public async Task Who_says_what_changes_nothing_is_told_so_once_and_a_crowd_is_not()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "mallory", "/approve");
        world.Forge.Say(1, "Mallory", "/done");
        world.Forge.Say(1, "bob", "/approve", isEdited: true);
        world.Forge.Say(1, "eve", "what is this?");
        await world.Pass();
        var changes = world.Forge.Changes;
        await world.Pass();
        Assert.Equal(changes, world.Forge.Changes);
        string[] answers = [.. world.Forge.Comments(1).Where(comment => comment.IsOwn && comment.Body.Contains("changes nothing", StringComparison.Ordinal)).Select(comment => comment.Body.Split('\n')[0])];
        Assert.Equal(
            [
                "`/approve` by `mallory` changes nothing: it is for code owners, here `@ann`, `@Bob`.",
                "`/approve` by `bob` changes nothing: the comment was edited. Say it again in a new one.",
            ],
            answers);
        for (var i = 0; i < 20; i++)
        {
            world.Forge.Say(1, $"sock-{i}", "/approve");
        }

        await world.Pass();
        Assert.Equal(5, world.Forge.Comments(1).Count(comment => comment.IsOwn && comment.Body.Contains("changes nothing", StringComparison.Ordinal)));
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task Those_who_may_are_called_and_on_a_forge_without_people_nobody_is()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        Assert.StartsWith("@ann @Bob Approvals count", world.Forge.Comments(1)[0].Body, StringComparison.Ordinal);
        await using var nobody = await ActionWorld.Open(knowsPeople: false);
        await nobody.Propose("restart-rollout", Shop.Web);
        Assert.StartsWith("Approvals count", nobody.Forge.Comments(1)[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Service", "+1  services: 1 (shop/web)")]
    [InlineData("HorizontalPodAutoscaler", "+2  autoscaler: one acts on the same pods")]
    [InlineData("PodDisruptionBudget", "+5  disruption budget: no pod may go")]
    [InlineData("Service Ingress", "+3  ingresses: 1 (Ingress shop/web)")]
    [InlineData("Service Ingress PodDisruptionBudget", "+5  disruption budget: no pod may go")]
    public async Task What_hangs_on_the_pods_makes_an_action_heavier(string kinds, string line)
    {
        var alone = await ScoreOf(_ => { });
        var others = kinds.Split(' ')[..^1];
        var before = await ScoreOf(world => Array.ForEach(others, kind => world.Shop.SeedNeighbour(kind)));
        var after = await ScoreOf(world => Array.ForEach(kinds.Split(' '), kind => world.Shop.SeedNeighbour(kind)));
        Assert.True(alone.Score <= before.Score && before.Score < after.Score, $"{alone.Score} {before.Score} {after.Score}");
        Assert.Contains(line, after.Body, StringComparison.Ordinal);
    }

    /// <summary>In the lightest of places, and for one pod: still a person's matter, and never lighter than what is known.</summary>
    [Theory]
    [InlineData("poddisruptionbudgets")]
    [InlineData("horizontalpodautoscalers")]
    [InlineData("services")]
    [InlineData("ingresses")]
    public async Task What_cannot_be_read_of_its_reach_makes_an_action_no_lighter(string plural)
    {
        var known = await ScoreOf(world => world.Shop.SeedNeighbours());
        var unknown = await ScoreOf(world =>
        {
            world.Shop.SeedNeighbours();
            world.Fake.FailForbidden(times: 99, when: call => call.Verb == "list" && call.Type?.Plural == plural);
        });
        Assert.True(unknown.Score >= known.Score, $"{unknown.Score} {known.Score}");
        Assert.Contains("not known, so as much as it can be", unknown.Body, StringComparison.Ordinal);
        Assert.Contains("**human**", (await ScoreOf(world =>
        {
            world.Namespaces = new([new(NamespaceClass.Development, "shop")]);
            world.Fake.FailForbidden(times: 99, when: call => call.Verb == "list" && call.Type?.Plural == plural);
        })).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tier_that_rises_asks_again_and_one_that_falls_does_not()
    {
        await using var world = await ActionWorld.Open();
        world.Namespaces = ShopIsSystem;
        world.Shop.SeedNeighbour("Service");
        world.Shop.SeedNeighbour("Ingress");
        world.Shop.SeedNeighbour("HorizontalPodAutoscaler");
        Assert.Equal("human: waits for one approval", (await world.Propose("undo-rollout", Shop.Web)).Why);
        world.Forge.Say(1, "ann", "/approve");
        world.Shop.SeedNeighbour("PodDisruptionBudget");
        Assert.Equal((PassAct.Updated, "dual"), ((await world.Pass()).Act, TierOf(world)));
        var changes = world.Forge.Changes;
        world.Shop.SeedNeighbour("PodDisruptionBudget", disruptionsAllowed: 2);
        Assert.Equal("dual: waits for 2 more of the code owners", (await world.Pass()).Why);
        Assert.Equal((changes, "dual", 0), (world.Forge.Changes, TierOf(world), world.Writes));

        static string TierOf(ActionWorld world) => world.Forge.Issue(1).Labels.Single(label => label is "selfheal/human" or "selfheal/dual")["selfheal/".Length..];
    }

    private static async Task<(int Score, string Body)> ScoreOf(Action<ActionWorld> arrange)
    {
        await using var world = await ActionWorld.Open();
        arrange(world);
        await world.Propose("restart-rollout", Shop.Web);
        var body = world.Forge.Issue(1).Body;
        return (BlastRadius.Recompute(body[body.IndexOf("```text\n", body.IndexOf("and what it reaches", StringComparison.Ordinal), StringComparison.Ordinal)..]), body);
    }

    [Fact]
    public async Task An_edited_comment_and_the_bots_own_count_for_nothing()
    {
        await using var world = await ActionWorld.Open();
        world.Owners = ["@ann", "@selfheal-bot"];
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve", isEdited: true);
        world.Forge.Say(1, "selfheal-bot", "/approve", isOwn: true);
        Assert.Equal("human: waits for one approval", (await world.Pass()).Why);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task Approved_it_is_run_once_watched_and_closed()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        Assert.Equal(PassAct.Unchanged, (await world.Pass()).Act);
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal("done by the bot", (await world.PassWithControllers(Shop.Web)).Why);
        await world.Pass();
        Assert.Equal(1, world.Writes);
        Assert.Empty(world.Forge.Open);
        Assert.Contains("selfheal/done", world.Forge.Issue(1).Labels);
        Assert.Contains(world.Forge.Comments(1), comment => comment.Body.StartsWith("Outcome: done; what was expected was there", StringComparison.Ordinal));
        var audited = string.Join('\n', await world.Audited());
        foreach (var verb in new[] { "issue.opened", "action.running", "action.ended", "action.closed" })
        {
            Assert.Contains($"\"{verb}\"", audited, StringComparison.Ordinal);
        }

        Assert.Contains("approved by ann", audited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_come_about_is_said_and_not_tried_again()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal(PassAct.Failed, (await world.Pass()).Act);
        world.Forge.Say(1, "ann", "/approve again");
        await world.Pass();
        Assert.Equal(1, world.Writes);
        world.Forge.Say(1, "bob", "/done it came later");
        await world.Pass();
        Assert.Empty(world.Forge.Open);
    }

    [Fact]
    public async Task Where_the_bot_does_not_run_it_a_person_is_asked_to()
    {
        await using var world = await ActionWorld.Open();
        world.Runs = false;
        await world.Propose("delete-pod", Shop.Pod);
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal(PassAct.Updated, (await world.Pass()).Act);
        Assert.Equal(PassAct.Unchanged, (await world.Pass()).Act);
        Assert.Equal(0, world.Writes);
        Assert.Contains("selfheal/approved", world.Forge.Issue(1).Labels);
        Assert.Contains(world.Forge.Comments(1), comment => comment.Body.Contains("```sh\nkubectl -n shop delete pod web-2-a\n```", StringComparison.Ordinal));
        world.Forge.Say(1, "mallory", "/done");
        await world.Pass();
        Assert.Single(world.Forge.Open);
        world.Forge.Say(1, "bob", "/done");
        await world.Pass();
        Assert.Empty(world.Forge.Open);
    }

    [Fact]
    public async Task What_the_bot_may_not_do_it_describes_in_a_higher_tier_and_leaves_to_people()
    {
        await using var world = await ActionWorld.Open();
        world.Fake.Authorizer = (_, _) => false;
        await world.Propose("delete-pod", Shop.Pod);
        Assert.Contains("**not run**", world.Forge.Issue(1).Body, StringComparison.Ordinal);
        world.Forge.Say(1, "ann", "/approve");
        world.Forge.Say(1, "bob", "/approve");
        Assert.Equal("approved; a person runs it", (await world.Pass()).Why);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task Dual_wants_two_distinct_owners()
    {
        await using var world = await ActionWorld.Open();
        world.Namespaces = ShopIsSystem;
        world.Shop.SeedNeighbours();
        Assert.Equal("dual: waits for 2 more of the code owners", (await world.Propose("undo-rollout", Shop.Web)).Why);
        world.Forge.Say(1, "ann", "/approve");
        world.Forge.Say(1, "Ann", "/approve");
        world.Forge.Say(1, "mallory", "/approve");
        Assert.Equal(PassAct.Updated, (await world.Pass()).Act);
        Assert.Equal(PassAct.Unchanged, (await world.Pass()).Act);
        Assert.Equal(0, world.Writes);
        Assert.Contains(world.Forge.Comments(1), comment => comment.Body.StartsWith("Approved by `ann`; waits for 1 more of the code owners.", StringComparison.Ordinal));
        world.Forge.Say(1, "bob", "/approve");
        await world.Pass();
        Assert.Equal(1, world.Writes);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_forge_without_people_gives_one_yes_and_never_two(bool isDual, int writes)
    {
        await using var world = await ActionWorld.Open(knowsPeople: false);
        world.Namespaces = isDual ? ShopIsSystem : NamespaceClasses.Default;
        world.Shop.SeedNeighbours();
        await world.Propose("undo-rollout", Shop.Web);
        Assert.Contains(isDual ? "| Who may approve | nobody: it takes two code owners, and this forge does not know who is who |" : "| Who may approve | whoever may write here |", world.Forge.Issue(1).Body, StringComparison.Ordinal);
        world.Forge.Say(1, "ann", "/approve");
        world.Forge.Say(1, "bob", "/approve");
        world.Forge.Say(1, null, "/approve");
        await world.Pass();
        Assert.Equal(writes, world.Writes);
    }

    [Fact]
    public async Task What_is_blocked_is_only_described()
    {
        await using var world = await ActionWorld.Open();
        world.Shop.SeedPod("namespace", "ReplicaSet", "web-2");
        Assert.Equal("blocked: waits for nothing: nobody may let it pass", (await world.Propose("delete-pod", Shop.Pod with { Name = "namespace" })).Why);
        world.Forge.Say(1, "ann", "/approve");
        world.Forge.Say(1, "bob", "/approve");
        Assert.Equal("blocked: waits for nothing: nobody may let it pass", (await world.Pass()).Why);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task With_another_state_approvals_fall()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        var image = """{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"busybox:IMAGE"}]}}}}""";
        await world.Shop.Change(Shop.Web, image.Replace("IMAGE", "3", StringComparison.Ordinal));
        var writes = world.Writes;
        Assert.Equal(PassAct.Updated, (await world.Pass()).Act);
        await world.Pass();
        // Back again: what was approved then was not approved now.
        await world.Shop.Change(Shop.Web, image.Replace("IMAGE", "2", StringComparison.Ordinal));
        Assert.Equal(PassAct.Updated, (await world.Pass()).Act);
        await world.Pass();
        Assert.Equal(writes + 1, world.Writes);
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.Equal(writes + 2, world.Writes);
    }

    [Fact]
    public async Task A_status_that_moves_makes_no_new_text()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        var changes = world.Forge.Changes;
        world.Clock.Now += TimeSpan.FromHours(1);
        await world.Shop.RollOut(Shop.Web);
        await world.Pass();
        Assert.Equal(changes, world.Forge.Changes);
    }

    [Fact]
    public async Task A_text_that_somebody_has_changed_is_written_again_and_approvals_fall()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        var before = world.Forge.Issue(1).Body;
        world.Forge.Edit(1, body => body.Replace("rollout restart", "get", StringComparison.Ordinal));
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal(PassAct.Updated, (await world.Pass()).Act);
        await world.Pass();
        Assert.Equal(before, world.Forge.Issue(1).Body);
        Assert.Equal(0, world.Writes);
    }

    [Theory]
    [InlineData("name=web", "name=db")]
    [InlineData("cluster=prod", "cluster=other")]
    [InlineData("id=restart-rollout", "id=undo-rollout")]
    [InlineData("id=restart-rollout", "id=exec")]
    public async Task A_note_that_names_another_action_is_not_believed(string old, string @new)
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Edit(1, body => body.Replace(old, @new, StringComparison.Ordinal));
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.Equal(PassAct.Held, (await world.Pass()).Act);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task A_bot_that_has_lost_its_store_asks_again()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        await world.Forget();
        await world.Pass();
        Assert.Equal(0, world.Writes);
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.Equal(1, world.Writes);
    }

    [Fact]
    public async Task A_rejection_sticks_until_the_object_changes()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        world.Forge.Say(1, "bob", "/reject it is the night");
        await world.Pass();
        Assert.Equal((0, 0), (world.Writes, world.Forge.Open.Count));
        Assert.Equal("it was closed, and the object is what it was then", (await world.Propose("restart-rollout", Shop.Web)).Why);
        await world.Shop.Change(Shop.Web, """{"spec":{"template":{"metadata":{"labels":{"app":"web","v":"2"}}}}}""");
        Assert.Equal(PassAct.Opened, (await world.Propose("restart-rollout", Shop.Web)).Act);
    }

    [Fact]
    public async Task What_is_too_old_is_closed_and_may_come_again()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Clock.Now += ActionDelivery.Life - TimeSpan.FromSeconds(1);
        await world.Pass();
        Assert.Single(world.Forge.Open);
        world.Clock.Now += TimeSpan.FromSeconds(1);
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.Equal((0, 0), (world.Writes, world.Forge.Open.Count));
        Assert.Contains("selfheal/expired", world.Forge.Issue(1).Labels);
        Assert.Equal(PassAct.Opened, (await world.Propose("restart-rollout", Shop.Web)).Act);
    }

    [Fact]
    public async Task What_must_not_be_done_any_more_is_taken_back_and_what_cannot_be_seen_is_not()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        world.Fake.FailUnavailable();
        Assert.Equal(PassAct.Held, (await world.Pass()).Act);
        await world.Shop.Change(Shop.Web, """{"spec":{"paused":true}}""");
        var writes = world.Writes;
        Assert.Equal(PassAct.Withdrawn, (await world.Pass()).Act);
        Assert.Equal(writes, world.Writes);
        Assert.Equal(PassAct.Failed, (await world.Propose("restart-rollout", Shop.Web)).Act);
    }

    [Fact]
    public async Task A_write_that_is_refused_takes_new_approvals()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        world.Fake.Fail(new ClusterReply.Refused(new(409, "Conflict", "changed", [])), when: call => call.IsWrite && !call.IsDryRun && call.Verb == "patch");
        await world.Pass();
        await world.Pass();
        Assert.Contains(world.Forge.Comments(1), comment => comment.Body.Contains("nothing was changed", StringComparison.Ordinal));
        Assert.Null(world.Fake.Peek(Shop.Web)!["spec"]!["template"]!["metadata"]!["annotations"]);
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.NotNull(world.Fake.Peek(Shop.Web)!["spec"]!["template"]!["metadata"]!["annotations"]);
    }

    [Fact]
    public async Task A_write_without_an_answer_is_not_sent_again()
    {
        await using var world = await ActionWorld.Open();
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        world.Fake.FailUnavailable(when: call => call.IsWrite && !call.IsDryRun && call.Verb == "patch");
        await world.Pass();
        world.Forge.Say(1, "ann", "/approve");
        await world.Pass();
        Assert.Null(world.Fake.Peek(Shop.Web)!["spec"]!["template"]!["metadata"]!["annotations"]);
        Assert.Single(world.Forge.Open);
    }

    [Fact]
    public async Task In_a_freeze_nothing_is_run()
    {
        await using var world = await ActionWorld.Open();
        world.Freezes = [new FreezeWindow.Once("sale", new(2026, 11, 21, 0, 0, 0), new(2026, 11, 21, 12, 0, 0), TimeZoneInfo.Utc)];
        await world.Propose("restart-rollout", Shop.Web);
        world.Forge.Say(1, "ann", "/approve");
        Assert.Equal(PassAct.Held, (await world.Pass()).Act);
        world.Clock.Now += TimeSpan.FromHours(4);
        await world.Pass();
        Assert.Equal(1, world.Writes);
    }

    /// <summary>Killed before or after each change of the forge, and begun again: never run twice, never run unapproved, and the end is reached.</summary>
    [Fact]
    public async Task Killed_anywhere_it_is_run_at_most_once()
    {
        var (once, unknown) = (0, 0);
        for (var step = 1; step <= 8; step++)
        {
            foreach (var sign in new[] { -1, 1 })
            {
                await using var world = await ActionWorld.Open();
                world.Forge.BreaksAt = sign * step;
                await Survive(() => world.Propose("delete-pod", Shop.Pod));
                await Survive(world.Pass);
                Assert.Equal(0, world.Writes);
                if (world.Forge.Open.Count == 0)
                {
                    await world.Propose("delete-pod", Shop.Pod);
                }

                await world.Pass();
                Assert.Single(world.Forge.Open);
                world.Forge.Say(1, "ann", "/approve");
                for (var i = 0; i < 4; i++)
                {
                    await Survive(world.Pass);
                }

                Assert.InRange(world.Writes, 0, 1);
                var isUnknown = world.Forge.Comments(1).Any(comment => comment.Body.Contains("whether", StringComparison.Ordinal) || comment.Body.Contains("was broken off", StringComparison.Ordinal));
                Assert.True(world.Writes == 1 || isUnknown, $"at {sign * step} it was never run, and nothing says so");
                once += world.Writes;
                unknown += isUnknown ? 1 : 0;
            }
        }

        Assert.True(once > 8 && unknown > 0, $"{once} {unknown}");

        static async Task Survive(Func<Task> work)
        {
            try
            {
                await work();
            }
            catch (BrokenOffException)
            {
            }
        }
    }
}
