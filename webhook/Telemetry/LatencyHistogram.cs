namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>How long answers took. Recording allocates nothing and takes no lock.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Upper bounds in seconds: from a small object to what the API server waits.</summary>
    public static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];

    private static readonly long[] BoundTicks = [.. Bounds.Select(seconds => (long)(seconds * TimeSpan.TicksPerSecond))];

    private readonly long[] counts = new long[Bounds.Length + 1];
    private long sumTicks;

    public TimeSpan Sum => new(Volatile.Read(ref sumTicks));

    public void Record(TimeSpan duration)
    {
        var bucket = 0;
        while (bucket < BoundTicks.Length && duration.Ticks > BoundTicks[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref counts[bucket]);
        Interlocked.Add(ref sumTicks, duration.Ticks);
    }

    /// <summary>Cumulated, one for each bound and one for all: the last is the count, whatever is recorded meanwhile.</summary>
    public long[] Cumulated()
    {
        var cumulated = new long[counts.Length];
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += Volatile.Read(ref counts[i]);
            cumulated[i] = sum;
        }

        return cumulated;
    }
}
