namespace SelfHealGitOps.Webhook.Http;

/// <summary>How many reviews may be in hand at once. Whoever comes when that many are is told so at once, corrections sooner than verdicts.</summary>
/// <param name="most">At least 4.</param>
internal sealed class ReviewGate(int most)
{
    private int inFlight;

    public int InFlight => Volatile.Read(ref inFlight);

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
