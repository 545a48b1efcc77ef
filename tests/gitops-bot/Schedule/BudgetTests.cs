using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public class BudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Risky_changes_that_are_stuck_keep_no_safe_one_back()
    {
        var stuck = Enumerable.Range(0, 50).Select(i => new DeliveryRecord($"stuck-{i}", Tier.Dual, Now.AddDays(-9), IsOpen: true)).ToList();
        var decided = Decide(new(), [Item("a", 5), Item("b", 70)], stuck);
        Assert.Null(decided["a"]);
        Assert.Equal("50 of tier dual are open; at most 2", decided["b"]);
    }

    [Fact]
    public void A_tier_ends_at_its_open_and_at_its_daily_limit()
    {
        var settings = new BudgetSettings { Limits = new Dictionary<Tier, TierLimits> { [Tier.Auto] = new(2, 9), [Tier.Human] = new(9, 1) } };
        var decided = Decide(settings, [Item("a", 1), Item("b", 1), Item("c", 1), Item("d", 20), Item("e", 20), Item("f", 90)], []);
        Assert.Equal(
            [null, null, "2 of tier auto are open; at most 2", null, "1 of tier human within 24 h; at most 1", "0 of tier dual are open; at most 0"],
            decided.Values);
    }

    [Theory]
    [InlineData(23.9, false)]
    [InlineData(24, true)]
    public void A_delivery_counts_for_its_day(double hours, bool goes)
    {
        var settings = new BudgetSettings { Limits = new Dictionary<Tier, TierLimits> { [Tier.Auto] = new(9, 1) } };
        var decided = Decide(settings, [Item("a", 1)], [new("other", Tier.Auto, Now.AddHours(-hours), IsOpen: false)]);
        Assert.Equal(goes, decided["a"] is null);
    }

    [Fact]
    public void One_target_keeps_a_distance_in_time()
    {
        var decided = Decide(new(), [Item("a", 1) with { Target = "x" }, Item("b", 20) with { Target = "x" }, Item("c", 1) with { Target = "y" }],
            [new("y", Tier.Auto, Now.AddMinutes(-30), IsOpen: false)]);
        Assert.Equal([null, "cooldown until 2026-06-15 13:00Z", "cooldown until 2026-06-15 12:30Z"], decided.Values);
    }

    [Fact]
    public void Nothing_goes_in_a_freeze()
    {
        var settings = new BudgetSettings { Freezes = [new FreezeWindow.Once("sale", new(2026, 6, 15, 14, 0, 0), new(2026, 6, 16, 0, 0, 0), Berlin)] };
        Assert.Equal("freeze 'sale' until 2026-06-15 22:00Z", Decide(settings, [Item("a", 1)], [])["a"]);
    }

    [Fact]
    public void Whoever_asks_for_a_change_passes_limits_and_cooldowns_and_no_freeze()
    {
        var settings = new BudgetSettings { Limits = new Dictionary<Tier, TierLimits> { [Tier.Auto] = new(9, 9), [Tier.Human] = new(0, 0) } };
        var queue = Queue(settings, [Item("a", 1), Item("b", 20)], [new("target-a", Tier.Auto, Now, IsOpen: false)]);
        Assert.Equal([Held.Cooldown, Held.Limit], queue.Select(item => item.Held!.Value));
        Assert.All(queue, item => Assert.True(item.AskedFor().IsAdmitted));
        var frozen = Queue(settings with { Freezes = [new FreezeWindow.Once("sale", new(2026, 6, 15, 14, 0, 0), new(2026, 6, 16, 0, 0, 0), Berlin)] }, [Item("a", 1)], []).Single();
        Assert.Equal((Held.Freeze, "freeze 'sale' until 2026-06-15 22:00Z"), (frozen.AskedFor().Held, frozen.AskedFor().HeldBy));
    }

    [Theory]
    [InlineData("2026-06-12T19:59:59Z", false)]
    [InlineData("2026-06-12T20:00:00Z", true)]
    [InlineData("2026-06-13T03:59:59Z", true)]
    [InlineData("2026-06-13T04:00:00Z", false)]
    [InlineData("2026-01-09T20:30:00Z", false)]
    [InlineData("2026-01-09T21:00:00Z", true)]
    public void A_weekly_freeze_goes_by_the_wall_clock_and_over_midnight(string now, bool isFrozen)
    {
        var window = new FreezeWindow.Weekly("friday night", [DayOfWeek.Friday], new(22, 0), new(6, 0), Berlin);
        Assert.Equal(isFrozen, window.EndOf(Parse(now)) is not null);
    }

    [Theory]
    // 02:30 comes twice on 25 October: the window begins with the first and ends with the last.
    [InlineData("2026-10-25T00:15:00Z", "2026-10-25T02:30", "2026-10-25T04:00", false)]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T02:30", "2026-10-25T04:00", true)]
    [InlineData("2026-10-25T01:15:00Z", "2026-10-25T02:30", "2026-10-25T04:00", true)]
    [InlineData("2026-10-25T01:29:00Z", "2026-10-25T00:30", "2026-10-25T02:30", true)]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25T00:30", "2026-10-25T02:30", false)]
    // And never on 29 March.
    [InlineData("2026-03-29T01:00:00Z", "2026-03-29T02:30", "2026-03-29T04:00", true)]
    [InlineData("2026-03-29T01:15:00Z", "2026-03-29T00:30", "2026-03-29T02:30", true)]
    [InlineData("2026-03-29T01:30:00Z", "2026-03-29T00:30", "2026-03-29T02:30", false)]
    public void A_clock_that_is_put_forward_or_back_makes_no_window_shorter(string now, string start, string end, bool isFrozen)
    {
        var window = new FreezeWindow.Once("night", Local(start), Local(end), Berlin);
        Assert.Equal(isFrozen, window.EndOf(Parse(now)) is not null);
    }

    [Fact]
    public void The_queue_is_shown_with_every_term_and_why_it_waits()
    {
        var queue = Queue(new(), [Item("web\u001b[31m", 5), Item("b", 70)], [.. Enumerable.Range(0, 2).Select(i => new DeliveryRecord($"{i}", Tier.Dual, Now.AddDays(-3), IsOpen: true))]);
        var table = new StringWriter();
        QueueReport.WriteTable(table, queue);
        Assert.Equal(
            """
            #  CHANGE         RULE        RADIUS  TIER  RANK                                                    NOW
            1  web\u001b[31m  latest-tag  5       auto  4.20 = 3·0.70/0.5h + explore 0.00 + wait 0.00 + kev 0   goes
            2  b              latest-tag  70      dual  0.09 = 3·0.70/24.0h + explore 0.00 + wait 0.00 + kev 0  waits: 2 of tier dual are open; at most 2
            2 in the queue, 1 go now, 1 wait

            """, table.ToString());
        using var json = new MemoryStream();
        QueueReport.WriteJson(json, queue);
        using var document = System.Text.Json.JsonDocument.Parse(json.ToArray());
        var second = document.RootElement.GetProperty("queue")[1];
        Assert.Equal("2 of tier dual are open; at most 2", second.GetProperty("heldBy").GetString());
        Assert.Equal(0.0875, second.GetProperty("terms").GetProperty("value").GetDouble());
    }

    private static Dictionary<string, string?> Decide(BudgetSettings settings, QueueItem[] items, IReadOnlyList<DeliveryRecord> deliveries) =>
        Queue(settings, items, deliveries).ToDictionary(item => item.Item.Id, item => item.HeldBy);

    private static IReadOnlyList<ScheduledItem> Queue(BudgetSettings settings, QueueItem[] items, IReadOnlyList<DeliveryRecord> deliveries)
    {
        var ranking = new Ranking(OutcomeStatistics.None, KnownExploited.None);
        return new Budget(settings, new StandingClock()).Decide([.. items.Select(item => new RankedItem(item, ranking.TermsOf(item, Now)))], deliveries);
    }

    private static QueueItem Item(string id, int score) => RankingTests.Item(id) with { Score = score, Severity = Severity.Warning, Exposure = Exposure.None };

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTime Local(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
