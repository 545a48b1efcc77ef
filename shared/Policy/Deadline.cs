namespace SelfHealGitOps.Policy;

/// <summary>When somebody stops waiting. The default one never comes.</summary>
/// <param name="Clock">What the start was read from.</param>
/// <param name="Started">Its timestamp.</param>
/// <param name="Patience">How long after the start.</param>
public readonly record struct Deadline(TimeProvider Clock, long Started, TimeSpan Patience)
{
    public bool IsOver => Clock is not null && Clock.GetElapsedTime(Started) > Patience;

    /// <exception cref="OverdueException">It is over.</exception>
    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw new OverdueException();
        }
    }
}

/// <summary>Nobody waits for the outcome any more.</summary>
public sealed class OverdueException() : Exception("the deadline is over");
