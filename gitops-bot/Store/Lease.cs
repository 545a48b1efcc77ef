namespace SelfHealGitOps.Bot.Store;

/// <summary>The right to do something that only one may do at a time.</summary>
/// <param name="Token">Higher with each new holder: what a former holder still writes under its lease is refused.</param>
internal sealed record Lease(string Name, string Holder, long Token, DateTimeOffset Expires);

/// <summary>Whether one has got it.</summary>
internal abstract record LeaseAnswer
{
    private LeaseAnswer()
    {
    }

    public sealed record Granted(Lease Lease) : LeaseAnswer;

    /// <summary>Somebody holds it; oneself, too, under an earlier lease.</summary>
    public sealed record Taken(string Holder, DateTimeOffset Expires) : LeaseAnswer;
}
