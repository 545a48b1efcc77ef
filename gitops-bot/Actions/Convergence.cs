using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>Whether what was expected came about in time.</summary>
/// <param name="Took">Until it was there, or until nobody waited any longer.</param>
internal sealed record Convergence(SignalReading Last, TimeSpan Took)
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(120);

    /// <summary>As long, for a person who watches.</summary>
    public const string KubectlTimeout = "--timeout=120s";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>There, and nothing fell over on the way.</summary>
    public bool IsGood => Last is { IsThere: true, Restarts: 0 };

    /// <summary>Looks whenever the cluster tells of a change, until it is there or the time is up.</summary>
    public static async Task<Convergence> WaitAsync(ICluster cluster, ActionSignal signal, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var last = new SignalReading(IsThere: false, 0, "nothing was seen");
        try
        {
            while (true)
            {
                last = await signal.LookAsync(cluster, either.Token);
                if (last.IsThere)
                {
                    break;
                }

                await foreach (var change in signal.Watch(cluster, limit, either.Token))
                {
                    if (change is WatchEvent.Error or WatchEvent.Broken)
                    {
                        break;
                    }

                    last = await signal.LookAsync(cluster, either.Token);
                    if (last.IsThere)
                    {
                        return new(last, clock.GetElapsedTime(start));
                    }
                }

                // A watch that breaks at once must not become a storm of requests.
                await Task.Delay(Pause, clock, either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
        }

        return new(last, clock.GetElapsedTime(start));
    }
}
