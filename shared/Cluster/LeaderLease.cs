namespace SelfHealGitOps.Cluster;

/// <summary>
/// Does something in one of several processes at a time. The work is told to stop when the lease could not be renewed for
/// the deadline, measured from before the last renewal was sent; it has the rest of the duration to do so.
/// </summary>
public sealed class LeaderLease
{
    // Letting go is a kindness; nobody waits long for it.
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(5);

    private readonly LeaseClaim claim;
    private readonly LeaseTimings timings;
    private readonly TimeProvider time;
    private volatile bool isLeading;

    /// <param name="identity">Ours alone among all candidates: the pod's name and something random.</param>
    public LeaderLease(ICluster cluster, string @namespace, string name, string identity, LeaseTimings timings, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        timings.Check();
        claim = new(cluster, @namespace, name, identity, timings.Duration, time);
        this.timings = timings;
        this.time = time;
    }

    public bool IsLeading => isLeading;

    /// <summary>
    /// Waits for the lease, does the work while it is held, waits again when it was lost, and returns when the work has
    /// ended by itself. What the work throws comes out of here, the lease let go.
    /// </summary>
    /// <param name="work">Must end soon after its token is cancelled; nothing else is tried before it has.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled; the work has ended, and the lease is let go.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var heldSince = await AcquireAsync(cancellationToken).ConfigureAwait(false);
            if (await LeadAsync(work, heldSince, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private async Task<long> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = time.GetTimestamp();
            if (await claim.TryAsync(cancellationToken).ConfigureAwait(false) is LeaseAttempt.Held)
            {
                return before;
            }

            // Candidates that started together must not ask together for ever.
            await Task.Delay(timings.RetryPeriod * (1 + (Random.Shared.NextDouble() * 0.2)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>True when the work has ended by itself; false when the lease was lost.</returns>
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> work, long heldSince, CancellationToken cancellationToken)
    {
        var left = timings.RenewDeadline - time.GetElapsedTime(heldSince);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        using var lost = new CancellationTokenSource(left, time);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(lost.Token);
        isLeading = true;
        using var notLeading = leading.Token.Register(() => isLeading = false);
        var renewing = RenewAsync(lost, done.Token);
        try
        {
            await work(leading.Token).ConfigureAwait(false);
            return !leading.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            isLeading = false;
            await done.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
            if (!lost.IsCancellationRequested)
            {
                await ReleaseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RenewAsync(CancellationTokenSource lost, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(timings.RetryPeriod, time, done).ConfigureAwait(false);
                var before = time.GetTimestamp();
                switch (await claim.TryAsync(done).ConfigureAwait(false))
                {
                    case LeaseAttempt.Held:
                        var left = timings.RenewDeadline - time.GetElapsedTime(before);
                        lost.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                        break;
                    case LeaseAttempt.HeldByOther:
                        await lost.CancelAsync().ConfigureAwait(false);
                        return;
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The work has ended, or the deadline has passed.
        }
    }

    private async Task ReleaseAsync()
    {
        using var patience = new CancellationTokenSource(ReleasePatience, time);
        try
        {
            await claim.ReleaseAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It runs out by itself.
        }
    }
}
