using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

public sealed class PassLeaseTests
{
    /// <summary>A bot that was killed, and whose death nobody can see, is waited for no longer than this.</summary>
    [Fact]
    public async Task Is_short_and_is_kept_for_as_long_as_the_work_takes()
    {
        using var folder = new TempFolder();
        var clock = new BeatingClock();
        await using var stage = new HealingStage();
        var (tools, store) = await HealingStage.OpenAsync(folder["state"], "bot", clock, searchPath: null, wrap: null);
        await using var _ = store;
        var settings = HealingStage.Settings(stage.Bare, stage.Forge);
        var report = await PassLease.UnderAsync(
            tools,
            settings,
            async (_, ledger) =>
            {
                var first = Assert.IsType<LeaseAnswer.Taken>(await AskAsync(store, settings));
                Assert.InRange(first.Expires - clock.Now, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
                for (var minute = 0; minute < 20; minute++)
                {
                    await clock.BeatAsync(TimeSpan.FromMinutes(1), async () => Assert.IsType<LeaseAnswer.Taken>(await AskAsync(store, settings)).Expires > clock.Now + TimeSpan.FromMinutes(2));
                }

                await ledger.HoldAsync(default);
                return new(settings.Repository);
            },
            default);
        Assert.Null(report.Failure);
        Assert.IsType<LeaseAnswer.Granted>(await AskAsync(store, settings));
    }

    [Fact]
    public async Task What_was_lost_is_not_taken_back()
    {
        using var folder = new TempFolder();
        var clock = new BeatingClock();
        await using var stage = new HealingStage();
        var (tools, store) = await HealingStage.OpenAsync(folder["state"], "bot", clock, searchPath: null, wrap: null);
        await using var _ = store;
        var settings = HealingStage.Settings(stage.Bare, stage.Forge);
        await Assert.ThrowsAsync<LeaseLostException>(() => PassLease.UnderAsync(
            tools,
            settings,
            async (leased, _) =>
            {
                // Asleep past its end, and somebody else was faster than the next beat.
                clock.Now += TimeSpan.FromMinutes(6);
                Assert.IsType<LeaseAnswer.Granted>(await AskAsync(store, settings));
                await clock.BeatAsync(TimeSpan.FromMinutes(1), () => Task.FromResult(true));
                await leased.Forge.CloseAsync(1, default);
                return new(settings.Repository);
            },
            default));
    }

    private static Task<LeaseAnswer> AskAsync(IStore store, HealingSettings settings) =>
        store.AcquireLeaseAsync($"pass {Bot.Git.CloneCache.Name(settings.Repository)}", "another", TimeSpan.FromMinutes(5), default);

    /// <summary>Its timers fire when it is told to.</summary>
    private sealed class BeatingClock : TimeProvider
    {
        private readonly List<Beat> timers = [];

        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Beat(() => callback(state));
            timers.Add(timer);
            return timer;
        }

        /// <summary>Lets time pass, and waits until what is done beside has been done.</summary>
        public async Task BeatAsync(TimeSpan time, Func<Task<bool>> isDone)
        {
            Now += time;
            timers.ForEach(timer => timer.Fire());
            while (!await isDone())
            {
                await Task.Yield();
            }
        }

        private sealed class Beat(Action fire) : ITimer
        {
            private bool isOver;

            public void Fire()
            {
                if (!isOver)
                {
                    fire();
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => !isOver;

            public void Dispose() => isOver = true;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
