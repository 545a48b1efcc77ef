namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>A clock that shows what it is told to; timers run by the real one.</summary>
internal sealed class ShownClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
