using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>Something to keep. Each may be saved again without harm, since a pass that was killed is run again.</summary>
internal abstract record StoreWrite
{
    private StoreWrite()
    {
    }

    /// <summary>A delivery as it is now; its earlier state is forgotten.</summary>
    public sealed record Delivered(Delivery Delivery) : StoreWrite;

    public sealed record Ended(RecordedOutcome Outcome) : StoreWrite;

    /// <summary>Goes to the audit log with the next <see cref="AuditRelay.FlushAsync"/>, also after a crash.</summary>
    public sealed record Audited(AuditEvent Event) : StoreWrite;
}
