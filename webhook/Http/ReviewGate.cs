namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// How much may be in hand at once: reviews, and the bytes of their bodies. Whoever comes when that is reached is told so at
/// once, corrections sooner than verdicts: without a correction an object is merely judged as it was sent.
/// </summary>
/// <param name="most">Reviews at once; at least 4.</param>
/// <param name="mostBytes">Buffers for bodies, of all requests together.</param>
internal sealed class ReviewGate(int most, long mostBytes = ReviewGate.MostBodyBytes)
{
    /// <summary>Eight of the largest reviews there can be, or many thousands of usual ones.</summary>
    public const long MostBodyBytes = 64 * 1024 * 1024;

    private int inFlight;
    private long bytesInFlight;

    public int InFlight => Volatile.Read(ref inFlight);

    public long BytesInFlight => Volatile.Read(ref bytesInFlight);

    public Pass Enter(bool mutates)
    {
        // A correction is worth less than a verdict: a quarter of the places is kept for those.
        var now = Interlocked.Increment(ref inFlight);
        if (now <= (mutates ? most - (most / 4) : most))
        {
            return new(this);
        }

        Interlocked.Decrement(ref inFlight);
        return default;
    }

    /// <returns>False where there is no room, and then nothing is to be released.</returns>
    public bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref bytesInFlight, bytes) <= mostBytes)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(int bytes) => Interlocked.Add(ref bytesInFlight, -bytes);

    public readonly struct Pass(ReviewGate? gate) : IDisposable
    {
        public bool IsGiven => gate is not null;

        public void Dispose()
        {
            if (gate is not null)
            {
                Interlocked.Decrement(ref gate.inFlight);
            }
        }
    }
}
