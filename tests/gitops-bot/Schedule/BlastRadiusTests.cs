using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public class BlastRadiusTests
{
    [Fact]
    public void The_score_is_between_0_and_100_and_the_sum_of_its_printed_lines() => Holds(Changes.Any, change =>
    {
        var radius = BlastRadius.Of(change);
        return radius.Score is >= 0 and <= 100 && BlastRadius.Recompute(radius.ToString()) == radius.Score && Tiers.Of(radius.Score) == radius.Tier;
    });

    [Fact]
    public void Computed_scores_end_at_99_and_hard_rules_are_100() => Holds(Changes.Any, change =>
        BlastRadius.Of(change with { Deletes = [] }).Score <= 99 && BlastRadius.Of(change with { Deletes = ["namespaces"] }).Score == 100);

    [Fact]
    public void One_more_of_anything_never_lowers_it() => Holds(Changes.Any, change =>
        More(change).All(more => BlastRadius.Of(more).Score >= BlastRadius.Of(change).Score));

    [Fact]
    public void Not_knowing_never_lowers_it() => Holds(Changes.Any, change =>
        Less(change).All(less => BlastRadius.Of(less).Score >= BlastRadius.Of(change).Score && BlastRadius.Of(less).Tier >= Tier.Human));

    [Fact]
    public void Two_changes_as_one_are_never_lighter_than_either() => Holds(Pairs, pair =>
    {
        var both = BlastRadius.Of(Change.Union([pair.A, pair.B]));
        return both.Score >= BlastRadius.Of(pair.A).Score && both.Score >= BlastRadius.Of(pair.B).Score;
    });

    [Fact]
    public void Two_changes_as_one_are_the_same_whichever_comes_first() => Holds(Pairs, pair =>
        BlastRadius.Of(Change.Union([pair.A, pair.B])).ToString() == BlastRadius.Of(Change.Union([pair.B, pair.A])).ToString());

    [Fact]
    public void A_change_beside_itself_is_itself_but_for_its_pods() => Holds(Changes.Any, change =>
        BlastRadius.Of(Change.Union([change, change with { Live = change.Live with { Replicas = change.Live.Replicas is null ? null : 0 } }])).ToString() == BlastRadius.Of(change).ToString());

    [Fact]
    public void A_graph_that_no_cluster_was_asked_for_is_for_a_person()
    {
        var radius = BlastRadius.Of(Changes.Lightest with { IsDeclaredOnly = true });
        Assert.Equal(Tier.Human, radius.Tier);
        Assert.Contains("  +0  cluster: none was asked; ", radius.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_repetition_mean_nothing() => Holds(Changes.Any, change => BlastRadius.Of(change).ToString() == BlastRadius.Of(Turned(change)).ToString());

    [Fact]
    public void A_heavier_namespace_never_lowers_it() => Holds(Changes.Any, change => Enum.GetValues<NamespaceClass>()
        .Select(@class => BlastRadius.Of(change with { Namespace = @class }).Score).ToList() is var scores && scores.SequenceEqual(scores.Order()));

    [Fact]
    public void Probes_weigh_less_than_an_image_and_that_less_than_a_selector() => Holds(Changes.Any, change =>
    {
        var at99 = new[] { ChangeKind.Probes, ChangeKind.Image, ChangeKind.Selector }
            .Select(kind => BlastRadius.Of(change with { Verb = null, Kinds = [kind], Deletes = [] }).Score).ToList();
        return (at99[0] < at99[1] || at99[0] is 99 or 11) && at99[0] <= at99[1] && (at99[1] < at99[2] || at99[1] is 99) && at99[1] <= at99[2];
    });

    [Theory]
    [InlineData(0, Tier.Auto)]
    [InlineData(10, Tier.Auto)]
    [InlineData(11, Tier.Human)]
    [InlineData(50, Tier.Human)]
    [InlineData(51, Tier.Dual)]
    [InlineData(99, Tier.Dual)]
    [InlineData(100, Tier.Blocked)]
    public void Tiers_begin_where_they_should(int score, object tier) => Assert.Equal((Tier)tier, Tiers.Of(score));

    [Fact]
    public void A_small_change_of_one_pod_passes_by_itself()
    {
        var radius = BlastRadius.Of(Changes.Lightest with
        {
            Kinds = [ChangeKind.Probes],
            Live = LiveGraph.Alone with { Replicas = 1, NeedsRestart = true, Disruption = Disruption.Unguarded },
        });
        Assert.Equal(Tier.Auto, radius.Tier);
        Assert.Equal(
            """
            10 / 100 · auto
              +4  change: probes: a wrong probe holds a rollout up or restarts pods; the version that runs stays
              +0  namespace: development, 100 % of 4
              +1  replicas: 1
              +3  restart: pods are replaced
              +2  disruption budget: none
              +0  autoscaler: none
              +0  services: 0
              +0  ingresses: 0
              +0  consumers: 0
              +0  claims: 0
              +0  overlays: 0
              +0  applications: 0
              +0  clusters: 0
            """, radius.ToString());
    }

    [Fact]
    public void Without_a_cluster_an_image_in_production_is_for_a_person_and_a_selector_for_two()
    {
        var change = Changes.Lightest with { Namespace = NamespaceClass.Production, Live = LiveGraph.Unknown };
        Assert.Equal(Tier.Human, BlastRadius.Of(change with { Kinds = [ChangeKind.Image] }).Tier);
        Assert.Equal(Tier.Dual, BlastRadius.Of(change with { Kinds = [ChangeKind.Selector] }).Tier);
    }

    [Fact]
    public void A_name_cannot_add_to_the_account()
    {
        var radius = BlastRadius.Of(Changes.Lightest with { Live = LiveGraph.Alone with { Services = ["web\n+50  x: y"] } });
        Assert.Equal(radius.Score, BlastRadius.Recompute(radius.ToString()));
    }

    [Fact]
    public void A_change_of_which_nothing_is_known_is_not_automatic() => Assert.True(BlastRadius.Of(new()).Tier >= Tier.Dual);

    [Theory]
    [InlineData("Namespace")]
    [InlineData("pv")]
    [InlineData("PersistentVolumeClaim.v1.")]
    [InlineData("clusterroles.rbac.authorization.k8s.io")]
    [InlineData("ClusterRoleBinding")]
    public void Taking_it_away_is_blocked(string kind) => Assert.Equal(Tier.Blocked, BlastRadius.Of(Changes.Lightest with { Deletes = [kind] }).Tier);

    [Fact]
    public void The_tables_are_whole()
    {
        Assert.Equal(Enum.GetValues<ChangeKind>(), ChangeBase.All.Select(entry => entry.Kind));
        Assert.Equal(ChangeBase.All.Max(entry => entry.Points), ChangeBase.Of(ChangeKind.Other).Points);
        Assert.Equal(VerbBase.All.Select(entry => entry.Points).Order(), VerbBase.All.Select(entry => entry.Points));
        Assert.True(VerbBase.All.Count >= 18);
    }

    private static IEnumerable<Change> More(Change change)
    {
        var (live, git) = (change.Live, change.Git);
        yield return change with { Live = live with { Replicas = live.Replicas + 1 } };
        yield return change with { Live = live with { NeedsRestart = live.NeedsRestart is null ? null : true } };
        yield return change with { Live = live with { HasAutoscaler = live.HasAutoscaler is null ? null : true } };
        yield return change with { Live = live with { Services = Plus(live.Services) } };
        yield return change with { Live = live with { Ingresses = Plus(live.Ingresses) } };
        yield return change with { Live = live with { Consumers = Plus(live.Consumers) } };
        yield return change with { Live = live with { Claims = Plus(live.Claims) } };
        yield return change with { Git = git with { Overlays = Plus(git.Overlays) } };
        yield return change with { Git = git with { Applications = Plus(git.Applications) } };
        yield return change with { Git = git with { Clusters = Plus(git.Clusters) } };
        yield return change with { GatesNotRun = [.. change.GatesNotRun, "another"] };
        yield return change with { Deletes = [.. change.Deletes, "Deployment"] };
        yield return change with { Commands = [.. change.Commands, "kubectl delete ns shop"] };
        yield return change with { Commands = [.. change.Commands, "kubectl delete pods --all --force"] };
        foreach (var flag in FlagSurcharge.All)
        {
            yield return change with { Flags = [.. change.Flags, flag.Flag] };
        }

        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            yield return change.Kinds.Count == 0 && change.Verb is null ? change : change with { Kinds = [.. change.Kinds, kind] };
        }

        if (live.Disruption is { Allowed: { } allowed } disruption)
        {
            yield return change with { Live = live with { Disruption = disruption with { HasUnguarded = true } } };
            yield return change with { Live = live with { Disruption = disruption with { Allowed = Math.Max(0, allowed - 1) } } };
            // One pod more, and the budget lets one more go.
            yield return change with { Live = live with { Replicas = live.Replicas + 1, Disruption = disruption with { Allowed = allowed + 1 } } };
        }
    }

    private static Gen<(Change A, Change B)> Pairs { get; } = from a in Changes.Any from b in Changes.Any select (a, b);

    private static IEnumerable<Change> Less(Change change)
    {
        yield return change with { IsDeclaredOnly = true };
        yield return change with { Namespace = null };
        yield return change with { Live = change.Live with { Replicas = null } };
        yield return change with { Live = change.Live with { NeedsRestart = null } };
        yield return change with { Live = change.Live with { Disruption = null } };
        yield return change with { Live = change.Live with { HasAutoscaler = null } };
        yield return change with { Live = change.Live with { Services = null } };
        yield return change with { Live = change.Live with { Ingresses = null } };
        yield return change with { Live = change.Live with { Consumers = null } };
        yield return change with { Live = change.Live with { Claims = null } };
        yield return change with { Live = LiveGraph.Unknown };
        yield return change with { Git = change.Git with { Overlays = null } };
        yield return change with { Git = change.Git with { Applications = null } };
        yield return change with { Git = change.Git with { Clusters = null } };
        if (change.Verb is not null)
        {
            yield return change with { Verb = "no-such-verb" };
        }
        else if (change.Kinds.Count <= 1)
        {
            yield return change with { Kinds = [] };
            yield return change with { Kinds = [ChangeKind.Other] };
        }
    }

    private static Change Turned(Change change) => change with
    {
        Kinds = Turned(change.Kinds)!,
        Flags = Turned(change.Flags)!,
        GatesNotRun = Turned(change.GatesNotRun)!,
        Deletes = Turned(change.Deletes)!,
        Live = change.Live with
        {
            Services = Turned(change.Live.Services),
            Ingresses = Turned(change.Live.Ingresses),
            Consumers = Turned(change.Live.Consumers),
            Claims = Turned(change.Live.Claims),
        },
        Git = new() { Overlays = Turned(change.Git.Overlays), Applications = Turned(change.Git.Applications), Clusters = Turned(change.Git.Clusters) },
    };

    private static List<T>? Turned<T>(IReadOnlyList<T>? list) => list is null ? null : [.. list.Reverse(), .. list];

    private static List<string>? Plus(IReadOnlyList<string>? names) => names is null ? null : [.. names, "one-more"];

    private static void Holds<T>(Gen<T> changes, Func<T, bool> holds) => Prop.ForAll(changes.ToArbitrary(), holds).QuickCheckThrowOnFailure();
}
