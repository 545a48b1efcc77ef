namespace SelfHealGitOps.Bot.Audit;

/// <summary>A log that only grows. Each entry holds the hash of the one before, so that none can be changed, left out or moved unseen.</summary>
internal interface IAuditLog
{
    /// <summary>
    /// Adds them in this order, and returns when they are on the disk. Whatever other processes add at the same time comes
    /// before or after, never between a head and its hash. An event that is in the log, by id, is not added again.
    /// </summary>
    /// <returns>The entries that were added.</returns>
    /// <exception cref="Store.StoreException">The log cannot be written, or its end is broken: then nothing is added.</exception>
    Task<IReadOnlyList<AuditEntry>> AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>All lines as they are, broken ones too.</summary>
    /// <exception cref="Store.StoreException">There is no log, or it cannot be read.</exception>
    IAsyncEnumerable<AuditLine> LinesAsync(CancellationToken cancellationToken);
}

/// <param name="IsEnded">False for the last line where no line break follows.</param>
internal readonly record struct AuditLine(ReadOnlyMemory<byte> Bytes, bool IsEnded);
