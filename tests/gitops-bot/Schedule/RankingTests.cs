using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public class RankingTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_term_is_printed_and_they_add_up()
    {
        var terms = new Ranking(OutcomeStatistics.None, Listed("# owner's\nlatest-tag # CVE\n")).TermsOf(Item("a") with { Since = Now.AddHours(-10) }, Now);
        Assert.Equal((27.0, 0.7, 8.0, 0.0, 1.0, 200.0), (terms.Risk, Math.Round(terms.Probability, 9), terms.Hours, terms.Explore, terms.Wait, terms.Kev));
        Assert.Equal((terms.Risk * terms.Probability / terms.Hours) + terms.Explore + terms.Wait + terms.Kev, terms.Total);
        Assert.Equal("203.36 = 27·0.70/8.0h + explore 0.00 + wait 1.00 + kev 200", terms.ToString());
    }

    [Fact]
    public void Outcomes_move_what_is_expected_and_one_does_not_condemn()
    {
        var once = new OutcomeStatistics([new("latest-tag", Tier.Human, false, 8)]).Of("latest-tag", Tier.Human);
        var often = new OutcomeStatistics(Enumerable.Repeat(new Bot.Schedule.Outcome("latest-tag", Tier.Human, false, 1), 40)).Of("latest-tag", Tier.Human);
        Assert.Equal((0.56, 8.0, 1), (Math.Round(once.Probability, 4), once.Hours, once.Tries));
        Assert.True(often.Probability < 0.1 && often.Hours < 2);
        Assert.Equal(0.7, new OutcomeStatistics([new("latest-tag", Tier.Human, false, 8)]).Of("latest-tag", Tier.Dual).Probability, 9);
    }

    [Fact]
    public void A_rule_that_was_never_tried_is_explored_more_than_one_that_was()
    {
        var ranking = new Ranking(new(Enumerable.Repeat(new Bot.Schedule.Outcome("latest-tag", Tier.Human, true, 8), 30)), KnownExploited.None);
        Assert.True(ranking.TermsOf(Item("a") with { RuleId = "host-pid" }, Now).Explore > ranking.TermsOf(Item("a"), Now).Explore);
    }

    [Fact]
    public void Known_exploited_goes_before_everything_else()
    {
        var ranking = new Ranking(OutcomeStatistics.None, new(["host-pid"]));
        var queue = ranking.Order([Item("a") with { Score = 1 }, Item("b") with { RuleId = "host-pid", Severity = Severity.Info, Exposure = Exposure.None, Score = 90 }], Now);
        Assert.Equal(["b", "a"], queue.Select(ranked => ranked.Item.Id));
    }

    [Fact]
    public void Known_exploited_counts_whichever_of_its_rules_is_listed()
    {
        var ranking = new Ranking(OutcomeStatistics.None, new(["host-pid"]));
        Assert.Equal(200, ranking.TermsOf(Item("a") with { Rules = ["latest-tag", "host-pid"] }, Now).Kev);
        Assert.Equal(0, ranking.TermsOf(Item("a") with { Rules = ["latest-tag"] }, Now).Kev);
    }

    [Theory]
    [InlineData(38, "kev")]
    [InlineData(84, "worst")]
    public void Known_exploited_gives_way_to_what_has_waited_for_months(int days, string first)
    {
        // The most that a change can be worth, and the least.
        var outcomes = Enumerable.Repeat(new Bot.Schedule.Outcome("latest-tag", Tier.Auto, true, 0), 4000);
        var ranking = new Ranking(new(outcomes), new(["host-pid"]));
        var kev = Item("kev") with { RuleId = "host-pid", Severity = Severity.Info, Exposure = Exposure.None, Score = 90 };
        Assert.Equal(first, ranking.Order([kev, Item("worst") with { Score = 1, Since = Now.AddDays(-days) }], Now)[0].Item.Id);
    }

    [Fact]
    public void Whatever_waits_long_enough_comes_first()
    {
        var old = Item("z") with { Severity = Severity.Info, Exposure = Exposure.None, Score = 90, Since = Now.AddDays(-60) };
        Assert.Equal("z", new Ranking(OutcomeStatistics.None, KnownExploited.None).Order([Item("a") with { Score = 1 }, old], Now)[0].Item.Id);
    }

    [Fact]
    public void Ties_are_broken_the_same_way_in_any_order()
    {
        var ranking = new Ranking(OutcomeStatistics.None, KnownExploited.None);
        QueueItem[] items = [.. Enumerable.Range(0, 50).Select(i => Item($"{i:d2}") with { Score = 20 + (i % 3) })];
        var expected = ranking.Order(items, Now).Select(ranked => ranked.Item.Id).ToList();
        new Random(1).Shuffle(items);
        Assert.Equal(expected, ranking.Order(items, Now).Select(ranked => ranked.Item.Id));
    }

    [Fact]
    public void What_is_not_known_of_exposure_counts_as_outside_and_a_future_date_as_no_wait()
    {
        var terms = new Ranking(OutcomeStatistics.None, KnownExploited.None).TermsOf(Item("a") with { Exposure = null, Since = Now.AddDays(1) }, Now);
        Assert.Equal((27.0, 0.0), (terms.Risk, terms.Wait));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(42)]
    public void Is_no_worse_than_first_come_in_a_replay(int seed)
    {
        var replay = QueueReplay.Run(seed);
        Assert.True(replay.Ranked.TopP95Hours <= replay.FirstCome.TopP95Hours, replay.ToString());
        Assert.True(replay.Ranked.Starved <= replay.FirstCome.Starved, replay.ToString());
        Assert.True(replay.Ranked.RiskGini <= replay.FirstCome.RiskGini, replay.ToString());
    }

    [Fact]
    public void A_replay_prints_the_same_twice_and_what_the_documentation_shows()
    {
        var (one, other) = (new StringWriter(), new StringWriter());
        QueueReplay.Run(1).Write(one);
        QueueReplay.Run(1).Write(other);
        Assert.Equal(one.ToString(), other.ToString());
        ScheduleDocsTests.Shows("ranking.md", one.ToString());
    }

    [Theory]
    [InlineData(0.0, 1.0, 1.0, 1.0)]
    [InlineData(0.75, 0.0, 0.0, 0.0, 8.0)]
    [InlineData(0.0, 0.0, 0.0)]
    public void Gini_is_what_it_is(double expected, params double[] shares) => Assert.Equal(expected, QueueReplay.Gini(shares), 9);

    [Fact]
    public void A_list_of_rules_names_each_line_that_is_none()
    {
        var problems = new PolicyProblems();
        KnownExploited.Read(new SourceText("kev.txt", "\uFEFF# why\r\nlatest-tag\r\n  latest-tg # ?\nown:my-rule\nown:My\n\nCVE-2024-1\n"u8.ToArray()), "knownExploited", problems);
        Assert.Equal(
            [
                "kev.txt:3:3: knownExploited: 'latest-tg' is no rule; is it 'latest-tag'?",
                "kev.txt:5:1: knownExploited: 'own:My' is no rule; must be an id that 'selfheal rules' lists, or own:ID for one of a policy of yours",
                "kev.txt:7:1: knownExploited: 'CVE-2024-1' is no rule; must be an id that 'selfheal rules' lists, or own:ID for one of a policy of yours",
            ], problems.All.Select(problem => problem.ToString()));
    }

    private static KnownExploited Listed(string text)
    {
        var problems = new PolicyProblems();
        var read = KnownExploited.Read(new SourceText("kev.txt", System.Text.Encoding.UTF8.GetBytes(text)), "knownExploited", problems);
        Assert.Empty(problems.All);
        return read;
    }

    internal static QueueItem Item(string id) => new(id, $"target-{id}", "latest-tag", Severity.Error, Exposure.Outside, 30, Now);
}
