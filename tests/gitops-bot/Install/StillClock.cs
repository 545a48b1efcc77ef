namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>A clock that shows what it is told to, and runs no further.</summary>
internal sealed class StillClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;
}
