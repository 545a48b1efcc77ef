using System.Globalization;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Install;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Store;

/// <summary>
/// What everybody may rely on, of either store. Each test has an empty one. Methods without an attribute: the classes that
/// know a store run the list, each in its own way (<see cref="Tests"/>).
/// </summary>
public abstract class StoreContract
{
    private const string Shop = "https://forge.example.com/shop.git";
    private const string Bank = "https://forge.example.com/bank.git";

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly StillClock clock = new(Noon);

    /// <summary>Every test, by name.</summary>
    public static TheoryData<string> Tests => [.. typeof(StoreContract).GetMethods()
        .Where(method => method.ReturnType == typeof(Task) && method.GetParameters().Length == 0).Select(method => method.Name)];

    protected Task RunAsync(string test) => (Task)typeof(StoreContract).GetMethod(test)!.Invoke(this, null)!;

    /// <summary>Another view of the same store, as another bot has it.</summary>
    internal abstract Task<IStore> OpenAsync(TimeProvider clock);

    public async Task Knows_nothing_in_the_beginning()
    {
        await using var store = await OpenAsync(clock);
        Assert.Null(await store.LastDeliveryAsync(Shop, "key", default));
        Assert.Empty(await store.OpenDeliveriesAsync(null, default));
        Assert.Empty(await store.DeliveriesSinceAsync(DateTimeOffset.MinValue.AddYears(1), default));
        Assert.Empty(await store.OutcomesAsync(DateTimeOffset.UnixEpoch, default));
        Assert.Empty(await store.PendingEventsAsync(10, default));
        Assert.True(await store.SaveAsync([], null, default));
    }

    public async Task Times_come_back_in_utc_to_the_microsecond()
    {
        await using var store = await OpenAsync(clock);
        var at = new DateTimeOffset(2026, 11, 21, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_678);
        await SaveAsync(store, new StoreWrite.Delivered(PullRequest(7, "key") with { Opened = at }));
        var read = (await store.LastDeliveryAsync(Shop, "key", default))!.Opened;
        Assert.Equal((TimeSpan.Zero, Noon.AddTicks(12_345_670)), (read.Offset, read));
    }

    public async Task A_finding_keeps_the_time_it_was_first_seen()
    {
        await using var store = await OpenAsync(clock);
        Assert.Equal(Noon, (await store.SeeFindingsAsync(Shop, ["a", "b", "a"], Noon, default))["a"]);
        var later = await store.SeeFindingsAsync(Shop, ["b", "c"], Noon.AddDays(1), default);
        Assert.Equal((2, Noon, Noon.AddDays(1)), (later.Count, later["b"], later["c"]));
        // The same in another repository is another one; a time before the first is the first.
        Assert.Equal(Noon.AddDays(2), (await store.SeeFindingsAsync(Bank, ["b"], Noon.AddDays(2), default))["b"]);
        Assert.Equal(Noon.AddDays(-1), (await store.SeeFindingsAsync(Shop, ["b"], Noon.AddDays(-1), default))["b"]);
        Assert.Empty(await store.SeeFindingsAsync(Shop, [], Noon, default));
    }

    public async Task Findings_may_be_thousands()
    {
        await using var store = await OpenAsync(clock);
        var all = Enumerable.Range(0, 5003).Select(i => i.ToString("x32", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(all.Count, (await store.SeeFindingsAsync(Shop, all, Noon, default)).Count);
        Assert.All((await store.SeeFindingsAsync(Shop, all, Noon.AddDays(1), default)).Values, first => Assert.Equal(Noon, first));
    }

    public async Task A_delivery_is_as_it_was_saved_last()
    {
        await using var store = await OpenAsync(clock);
        var opened = PullRequest(7, "key", "b", "a") with { Rules = ["z-rule", "a-rule"] };
        await SaveAsync(store, new StoreWrite.Delivered(opened));
        Same(opened with { Findings = ["a", "b"], Rules = ["a-rule", "z-rule"] }, await store.LastDeliveryAsync(Shop, "key", default));
        var merged = opened with { State = DeliveryState.Merged, Ended = Noon.AddHours(3), Head = "ffff", Findings = ["a"], Tier = Tier.Dual };
        await SaveAsync(store, new StoreWrite.Delivered(merged), new StoreWrite.Delivered(merged));
        Same(merged with { Rules = ["a-rule", "z-rule"] }, await store.LastDeliveryAsync(Shop, "key", default));
        Assert.Empty(await store.OpenDeliveriesAsync(Shop, default));
        Assert.Single(await store.DeliveriesSinceAsync(Noon, default));
    }

    public async Task A_write_target_may_be_delivered_to_again()
    {
        await using var store = await OpenAsync(clock);
        var closed = PullRequest(7, "key", "a") with { State = DeliveryState.Closed, Ended = Noon.AddHours(1) };
        var open = PullRequest(9, "key", "b") with { Opened = Noon.AddHours(2) };
        await SaveAsync(store, new StoreWrite.Delivered(open), new StoreWrite.Delivered(closed));
        Same(open, await store.LastDeliveryAsync(Shop, "key", default));
    }

    public async Task Number_kind_and_repository_tell_deliveries_apart()
    {
        await using var store = await OpenAsync(clock);
        var one = PullRequest(7, "one", "a");
        var issue = PullRequest(7, "two", "a") with { Kind = DeliveryKind.Issue, Head = null, Tier = Tier.Blocked };
        var elsewhere = PullRequest(7, "three", "a") with { Repository = Bank, Findings = [], Rules = [] };
        await SaveAsync(store, new StoreWrite.Delivered(one), new StoreWrite.Delivered(issue), new StoreWrite.Delivered(elsewhere));
        Assert.Equal(["three", "two", "one"], (await store.OpenDeliveriesAsync(null, default)).Select(delivery => delivery.Key));
        Assert.Equal(["three"], (await store.OpenDeliveriesAsync(Bank, default)).Select(delivery => delivery.Key));
        Same(issue, await store.LastDeliveryAsync(Shop, "two", default));
        Same(elsewhere, await store.LastDeliveryAsync(Bank, "three", default));
        Assert.Null(await store.LastDeliveryAsync(Bank, "two", default));
    }

    public async Task What_was_opened_since_is_listed_with_its_tier()
    {
        await using var store = await OpenAsync(clock);
        Tier[] tiers = [Tier.Auto, Tier.Human, Tier.Dual, Tier.Blocked];
        await SaveAsync(store, [.. tiers.Select((tier, i) => new StoreWrite.Delivered(PullRequest(i, $"{i}") with { Tier = tier, Opened = Noon.AddHours(i) }))]);
        Assert.Equal([Tier.Human, Tier.Dual, Tier.Blocked], (await store.DeliveriesSinceAsync(Noon.AddHours(1), default)).Select(delivery => delivery.Tier));
        Assert.Empty(await store.DeliveriesSinceAsync(Noon.AddHours(4), default));
    }

    public async Task An_outcome_counts_once()
    {
        await using var store = await OpenAsync(clock);
        var merged = new RecordedOutcome("shop#7", "latest-tag", Tier.Human, OutcomeKind.Merged, 2.5, Noon);
        await SaveAsync(store, new StoreWrite.Ended(merged), new StoreWrite.Ended(merged));
        await SaveAsync(store, new StoreWrite.Ended(merged with { At = Noon.AddHours(5) }));
        RecordedOutcome[] others = [.. Enum.GetValues<OutcomeKind>().Skip(1).Select((kind, i) => merged with { Kind = kind, At = Noon.AddDays(i + 1) })];
        await SaveAsync(store, [.. others.Select(outcome => new StoreWrite.Ended(outcome))]);
        Assert.Equal([merged, .. others], await store.OutcomesAsync(Noon, default));
        Assert.Equal(others, await store.OutcomesAsync(Noon.AddDays(1), default));
    }

    public async Task A_webhook_is_new_once()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        Assert.True(await one.SeeWebhookAsync("w1", Noon, default));
        Assert.False(await two.SeeWebhookAsync("w1", Noon.AddDays(1), default));
        var seen = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).SeeWebhookAsync("w2", Noon, default)));
        Assert.Single(seen, isNew => isNew);
    }

    public async Task Pruning_forgets_what_is_old_and_nothing_else()
    {
        await using var store = await OpenAsync(clock);
        await store.SeeWebhookAsync("old", Noon.AddTicks(-10), default);
        await store.SeeWebhookAsync("new", Noon, default);
        await store.SeeFindingsAsync(Shop, ["a", "b"], Noon.AddDays(-9), default);
        await store.SeeFindingsAsync(Shop, ["b"], Noon, default);
        await SaveAsync(
            store,
            new StoreWrite.Delivered(PullRequest(1, "k", "a") with { Opened = Noon.AddYears(-1) }),
            new StoreWrite.Ended(new("shop#1", "r", Tier.Auto, OutcomeKind.Closed, 1, Noon.AddYears(-1))));
        await store.PruneAsync(Noon, default);
        Assert.Equal((true, false), (await store.SeeWebhookAsync("old", Noon, default), await store.SeeWebhookAsync("new", Noon, default)));
        var findings = await store.SeeFindingsAsync(Shop, ["a", "b"], Noon, default);
        Assert.Equal((Noon, Noon.AddDays(-9)), (findings["a"], findings["b"]));
        Assert.NotNull(await store.LastDeliveryAsync(Shop, "k", default));
        Assert.Single(await store.OutcomesAsync(DateTimeOffset.UnixEpoch, default));
    }

    public async Task Text_is_data_whatever_it_says()
    {
        await using var store = await OpenAsync(clock);
        const string Hostile = "'; DROP TABLE deliveries; -- @repository ${x} \u202e\u00e9\U0001f600 \" \\ \n";
        var delivery = PullRequest(1, Hostile, Hostile) with { Repository = Hostile, Rules = [Hostile], Head = Hostile };
        await SaveAsync(store, new StoreWrite.Delivered(delivery));
        Same(delivery, await store.LastDeliveryAsync(Hostile, Hostile, default));
    }

    public async Task All_is_saved_or_nothing()
    {
        await using var store = await OpenAsync(clock);
        var bad = PullRequest(2, "bad", "a") with { Key = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => store.SaveAsync([new StoreWrite.Delivered(PullRequest(1, "k", "a")), new StoreWrite.Audited(Event("e")), new StoreWrite.Delivered(bad)], null, default));
        Assert.Empty(await store.OpenDeliveriesAsync(null, default));
        Assert.Empty(await store.PendingEventsAsync(10, default));
        // And goes on as if nothing had been.
        await SaveAsync(store, new StoreWrite.Delivered(PullRequest(1, "k", "a")));
        Assert.Single(await store.OpenDeliveriesAsync(null, default));
    }

    public async Task Events_wait_in_order_until_they_are_in_the_log()
    {
        await using var store = await OpenAsync(clock);
        AuditEvent[] events = [.. Enumerable.Range(0, 12).Select(i => Event($"target {i}"))];
        await SaveAsync(store, [.. events.Select(@event => new StoreWrite.Audited(@event)), new StoreWrite.Audited(events[0])]);
        await using var other = await OpenAsync(clock);
        Assert.Equal(events.Take(5).Select(AuditText.Write), (await other.PendingEventsAsync(5, default)).Select(AuditText.Write));
        await other.ForgetEventsAsync([.. events.Take(10).Select(@event => @event.Id), "unknown"], default);
        Assert.Equal(events.Skip(10).Select(@event => @event.Id), (await store.PendingEventsAsync(50, default)).Select(@event => @event.Id));
    }

    public async Task A_lease_has_one_holder()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        var lease = Granted(await one.AcquireLeaseAsync("pass", "bot one", TimeSpan.FromMinutes(1), default));
        Assert.Equal(("pass", "bot one", Noon.AddMinutes(1)), (lease.Name, lease.Holder, lease.Expires));
        Assert.Equal(new LeaseAnswer.Taken("bot one", lease.Expires), await two.AcquireLeaseAsync("pass", "bot two", TimeSpan.FromMinutes(1), default));
        // Also not twice by one's own name: a second process may have it too.
        Assert.IsType<LeaseAnswer.Taken>(await one.AcquireLeaseAsync("pass", "bot one", TimeSpan.FromMinutes(1), default));
        Granted(await two.AcquireLeaseAsync("something else", "bot two", TimeSpan.FromMinutes(1), default));
        await one.ReleaseLeaseAsync(lease, default);
        Assert.True(Granted(await two.AcquireLeaseAsync("pass", "bot two", TimeSpan.FromMinutes(1), default)).Token > lease.Token);
    }

    public async Task A_lease_runs_out_and_can_be_renewed()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        var lease = Granted(await one.AcquireLeaseAsync("pass", "bot one", TimeSpan.FromMinutes(1), default));
        clock.Now += TimeSpan.FromSeconds(59);
        lease = await one.RenewLeaseAsync(lease, TimeSpan.FromMinutes(1), default);
        Assert.Equal(clock.Now.AddMinutes(1), lease!.Expires);
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.IsType<LeaseAnswer.Taken>(await two.AcquireLeaseAsync("pass", "bot two", TimeSpan.FromMinutes(1), default));
        clock.Now += TimeSpan.FromSeconds(1);
        var next = Granted(await two.AcquireLeaseAsync("pass", "bot two", TimeSpan.FromMinutes(1), default));
        Assert.Null(await one.RenewLeaseAsync(lease, TimeSpan.FromMinutes(1), default));
        // What one has lost cannot be given back either.
        await one.ReleaseLeaseAsync(lease, default);
        Assert.NotNull(await two.RenewLeaseAsync(next, TimeSpan.FromMinutes(1), default));
    }

    public async Task A_lease_that_ran_out_unclaimed_can_still_be_renewed()
    {
        await using var store = await OpenAsync(clock);
        var lease = Granted(await store.AcquireLeaseAsync("pass", "bot", TimeSpan.FromMinutes(1), default));
        clock.Now += TimeSpan.FromHours(1);
        Assert.NotNull(await store.RenewLeaseAsync(lease, TimeSpan.FromMinutes(1), default));
        await store.ReleaseLeaseAsync(lease, default);
        Assert.Null(await store.RenewLeaseAsync(lease, TimeSpan.FromMinutes(1), default));
    }

    public async Task Who_lost_a_lease_writes_nothing_under_it()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        var lost = Granted(await one.AcquireLeaseAsync("pass", "bot", TimeSpan.FromMinutes(1), default));
        Assert.True(await one.SaveAsync([new StoreWrite.Delivered(PullRequest(1, "k"))], lost, default));
        clock.Now += TimeSpan.FromMinutes(2);
        var held = Granted(await two.AcquireLeaseAsync("pass", "bot", TimeSpan.FromMinutes(1), default));
        Assert.False(await one.SaveAsync([new StoreWrite.Delivered(PullRequest(2, "k"))], lost, default));
        Assert.True(await two.SaveAsync([new StoreWrite.Delivered(PullRequest(3, "k"))], held, default));
        Assert.Equal([1, 3], (await one.OpenDeliveriesAsync(null, default)).Select(delivery => delivery.Number));
    }

    public async Task Many_who_want_a_lease_take_turns()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        var (inside, most, tokens) = (0, 0, new List<long>());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? one : two;
            for (var rounds = 0; rounds < 5;)
            {
                if (await store.AcquireLeaseAsync("pass", $"bot {i}", TimeSpan.FromMinutes(1), default) is not LeaseAnswer.Granted(var lease))
                {
                    await Task.Yield();
                    continue;
                }

                most = Math.Max(most, Interlocked.Increment(ref inside));
                tokens.Add(lease.Token);
                Interlocked.Decrement(ref inside);
                await store.ReleaseLeaseAsync(lease, default);
                rounds++;
            }
        })));
        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(1, 40).Select(token => (long)token), tokens);
    }

    public async Task Writers_at_once_lose_nothing()
    {
        await using var one = await OpenAsync(clock);
        await using var two = await OpenAsync(clock);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? one : two;
            await SaveAsync(store, new StoreWrite.Delivered(PullRequest(i, "k", "a", $"{i}")), new StoreWrite.Audited(Event($"{i}")));
            await store.SeeFindingsAsync(Shop, ["z", $"{i}", "a"], Noon, default);
        })));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), (await one.OpenDeliveriesAsync(Shop, default)).Select(delivery => delivery.Number));
        Assert.Equal(40, (await two.PendingEventsAsync(100, default)).Count);
    }

    public async Task What_was_asked_to_stop_stops()
    {
        await using var store = await OpenAsync(clock);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SaveAsync([new StoreWrite.Delivered(PullRequest(1, "k"))], null, stopped.Token));
        Assert.Empty(await store.OpenDeliveriesAsync(null, default));
    }

    internal static Delivery PullRequest(long number, string key, params string[] findings) => new()
    {
        Key = key,
        Repository = Shop,
        Kind = DeliveryKind.PullRequest,
        Number = number,
        Tier = Tier.Human,
        Opened = Noon,
        Head = "0123abcd",
        Findings = findings,
        Rules = ["latest-tag"],
    };

    internal static AuditEvent Event(string target) => new()
    {
        Time = Noon,
        Who = Actor.Bot("selfheal"),
        Verb = "pull-request.opened",
        Target = target,
        Why = "latest-tag",
        Evidence = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
        Outcome = "done",
    };

    private static async Task SaveAsync(IStore store, params StoreWrite[] writes) => Assert.True(await store.SaveAsync(writes, null, default));

    private static Lease Granted(LeaseAnswer answer) => Assert.IsType<LeaseAnswer.Granted>(answer).Lease;

    /// <summary>Lists by what is in them.</summary>
    private static void Same(Delivery expected, Delivery? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Findings, actual.Findings);
        Assert.Equal(expected.Rules, actual.Rules);
        Assert.Equal(expected with { Findings = [], Rules = [] }, actual with { Findings = [], Rules = [] });
    }
}
