namespace SelfHealGitOps.Webhook.Tests;

/// <summary>A clock that goes on only when it is told to; its timers are the system's.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long ticks = DateTimeOffset.UnixEpoch.AddYears(60).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

    public override long GetTimestamp() => Volatile.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);
}
