namespace SelfHealGitOps.Tests.Cluster;

/// <summary>Time that passes when it is told to; timers fire within <see cref="Advance"/>.</summary>
internal sealed class Clock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        lock (gate)
        {
            alarms.Add(alarm);
        }

        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset end;
        lock (gate)
        {
            end = now + by;
        }

        while (true)
        {
            Alarm? next;
            lock (gate)
            {
                next = alarms.Where(alarm => alarm.Due <= end).MinBy(alarm => alarm.Due);
                now = next?.Due > now ? next.Due.Value : next is null ? end : now;
                next?.Stop();
            }

            if (next is null)
            {
                return;
            }

            next.Ring();
        }
    }

    private sealed class Alarm(Clock clock, Action ring) : ITimer
    {
        public DateTimeOffset? Due { get; private set; }

        public void Stop() => Due = null;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
