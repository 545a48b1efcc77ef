namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>Until when the certificates hold that connections are served with; for metrics and alerts. Null where not known.</summary>
internal sealed class CertificateState
{
    private long leafTicks;
    private long authorityTicks;

    public DateTimeOffset? Leaf
    {
        get => Read(ref leafTicks);
        set => Volatile.Write(ref leafTicks, value?.UtcTicks ?? 0);
    }

    /// <summary>The authority's, where this process knows it.</summary>
    public DateTimeOffset? Authority
    {
        get => Read(ref authorityTicks);
        set => Volatile.Write(ref authorityTicks, value?.UtcTicks ?? 0);
    }

    private static DateTimeOffset? Read(ref long ticks) => Volatile.Read(ref ticks) is var value and not 0 ? new(value, TimeSpan.Zero) : null;
}
