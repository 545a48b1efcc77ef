using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

public sealed class LeaderLeaseTests
{
    private readonly Clock clock = new();
    private readonly FakeCluster cluster;

    public LeaderLeaseTests() => cluster = new(clock);

    [Fact]
    public async Task Runs_the_work_of_one_candidate_at_a_time()
    {
        using var stop = new CancellationTokenSource();
        var working = 0;
        var most = 0;
        var turns = 0;
        var runs = Enumerable.Range(0, 4).Select(i => Lease($"candidate-{i}").RunAsync(
            async token =>
            {
                most = Math.Max(most, Interlocked.Increment(ref working));
                Interlocked.Increment(ref turns);
                try
                {
                    await Task.Delay(TimeSpan.FromSeconds(20), clock, token);
                }
                finally
                {
                    Interlocked.Decrement(ref working);
                }
            },
            stop.Token)).ToArray();
        await Until(() => runs.All(run => run.IsCompleted));
        Assert.Equal((1, 4), (most, turns));
        await Task.WhenAll(runs);
    }

    [Fact]
    public async Task Stops_the_work_before_anybody_else_may_begin()
    {
        using var stop = new CancellationTokenSource();
        var stopped = new TaskCompletionSource<TimeSpan>();
        var began = clock.GetTimestamp();
        var lease = Lease("one");
        var run = lease.RunAsync(
            async token =>
            {
                cluster.FailUnavailable(times: int.MaxValue);
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
                }
                finally
                {
                    stopped.TrySetResult(clock.GetElapsedTime(began));
                }
            },
            stop.Token);
        await Until(() => stopped.Task.IsCompleted);
        Assert.InRange(await stopped.Task, TimeSpan.FromSeconds(9), LeaseTimings.Default.RenewDeadline + TimeSpan.FromSeconds(1));
        await Until(() => !lease.IsLeading);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Keeps_the_lease_over_a_short_outage()
    {
        using var stop = new CancellationTokenSource();
        var lease = Lease("one");
        var run = lease.RunAsync(token => Task.Delay(TimeSpan.FromMinutes(2), clock, token), stop.Token);
        await Until(() => lease.IsLeading);
        cluster.FailUnavailable(times: 3);
        await Until(() => run.IsCompleted);
        await run;
        Assert.Equal(0, (int?)Kept()["leaseTransitions"]);
        Assert.Equal("", Kept()["holderIdentity"]!.ToString());
    }

    [Fact]
    public async Task Stops_at_once_when_somebody_took_the_lease()
    {
        using var stop = new CancellationTokenSource();
        var lease = Lease("one");
        var lost = new TaskCompletionSource();
        var run = lease.RunAsync(
            async token =>
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
                }
                finally
                {
                    lost.TrySetResult();
                }
            },
            stop.Token);
        await Until(() => lease.IsLeading);
        var reply = await cluster.PatchAsync(
            new(ResourceTypes.Leases, "default", "leader"),
            PatchType.Merge,
            JsonNode.Parse("""{"spec":{"holderIdentity":"thief"}}""")!,
            WriteOptions.Default,
            default);
        Assert.IsType<ClusterReply.Done>(reply);
        var began = clock.GetTimestamp();
        await Until(() => lost.Task.IsCompleted);
        Assert.InRange(clock.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.Equal("thief", Kept()["holderIdentity"]!.ToString());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Lets_go_when_the_work_fails()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Lease("one").RunAsync(_ => throw new InvalidOperationException("bug"), default));
        Assert.Equal("", Kept()["holderIdentity"]!.ToString());
    }

    [Fact]
    public async Task Lets_go_when_it_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var lease = Lease("one");
        var run = lease.RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, clock, token), stop.Token);
        await Until(() => lease.IsLeading);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("", Kept()["holderIdentity"]!.ToString());
    }

    [Fact]
    public void Refuses_timings_that_would_let_two_lead() =>
        Assert.Throws<ArgumentException>(() => new LeaderLease(
            cluster, "default", "leader", "one", new() { RenewDeadline = TimeSpan.FromSeconds(20) }, clock));

    private JsonNode Kept() => cluster.Peek(new(ResourceTypes.Leases, "default", "leader"))!["spec"]!;

    private LeaderLease Lease(string identity) => new(cluster, "default", "leader", identity, LeaseTimings.Default, clock);

    /// <summary>Lets time pass in small steps, whoever waits for it having the turn in between.</summary>
    private async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 5000 && !condition(); i++)
        {
            for (var turn = 0; turn < 20 && !condition(); turn++)
            {
                await Task.Yield();
            }

            await Task.Delay(1);
            if (!condition())
            {
                clock.Advance(TimeSpan.FromMilliseconds(500));
            }
        }

        Assert.True(condition());
    }
}
