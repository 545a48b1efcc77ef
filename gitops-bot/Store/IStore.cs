using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>
/// What must outlive a pass and is not in the forge. All of it but the outcomes can be found out again, or does no harm
/// when lost. Times come back in UTC, to the microsecond. Every method throws <see cref="StoreException"/> where the store
/// cannot be used.
/// </summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Keeps all of it or, also after a crash, nothing.</summary>
    /// <param name="under">The lease under which the writer acts; null to write whoever holds what.</param>
    /// <returns>False, and nothing is kept, where somebody else has got the lease since.</returns>
    Task<bool> SaveAsync(IReadOnlyList<StoreWrite> writes, Lease? under, CancellationToken cancellationToken);

    /// <summary>Notes that these findings are there, and says since when each has been.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> SeeFindingsAsync(
        string repository, IReadOnlyCollection<string> fingerprints, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The latest delivery to a write target, in whatever state; null where there was none.</summary>
    Task<Delivery?> LastDeliveryAsync(string repository, string key, CancellationToken cancellationToken);

    /// <param name="repository">Null for all.</param>
    Task<IReadOnlyList<Delivery>> OpenDeliveriesAsync(string? repository, CancellationToken cancellationToken);

    /// <summary>Those opened then or later, oldest first.</summary>
    Task<IReadOnlyList<Delivery>> DeliveriesSinceAsync(DateTimeOffset opened, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<RecordedOutcome>> OutcomesAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>False where a delivery of that id was seen before: it is a replay.</summary>
    Task<bool> SeeWebhookAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Forgets webhooks and findings last seen before then.</summary>
    Task PruneAsync(DateTimeOffset before, CancellationToken cancellationToken);

    Task<LeaseAnswer> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>The lease with its new end; null where somebody else has got it since.</summary>
    Task<Lease?> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives back what one holds; of what one has lost, nothing.</summary>
    Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>What was saved for the audit log and may not be in it yet, oldest first.</summary>
    Task<IReadOnlyList<AuditEvent>> PendingEventsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>They are in the audit log.</summary>
    Task ForgetEventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);
}
