using System.Text.Json;
using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>The store in SQL that SQLite and PostgreSQL both read; how each connects, locks and fails is theirs.</summary>
internal abstract partial class SqlStore(TimeProvider clock) : IStore
{
    /// <summary>What makes a row that was read the transaction's own until its end.</summary>
    protected virtual string RowLock => "";

    public Task<bool> SaveAsync(IReadOnlyList<StoreWrite> writes, Lease? under, CancellationToken cancellationToken) => WriteAsync(
        async session =>
        {
            if (under is not null && !await HoldsAsync(session, under, cancellationToken))
            {
                return false;
            }

            foreach (var write in writes)
            {
                await (write switch
                {
                    StoreWrite.Delivered(var delivery) => KeepAsync(session, delivery, cancellationToken),
                    StoreWrite.Ended(var outcome) => KeepAsync(session, outcome, cancellationToken),
                    StoreWrite.Audited(var @event) => KeepAsync(session, @event, cancellationToken),
                    _ => throw new NotSupportedException(write.GetType().Name),
                });
            }

            return true;
        },
        cancellationToken);

    public Task<bool> SeeWebhookAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        async session => await session.ExecuteAsync(
            "INSERT INTO webhooks (id, seen) VALUES (@id, @seen) ON CONFLICT (id) DO NOTHING", cancellationToken, ("id", id), ("seen", StoredTime.Of(at))) == 1,
        cancellationToken);

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> SeeFindingsAsync(
        string repository, IReadOnlyCollection<string> fingerprints, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync<IReadOnlyDictionary<string, DateTimeOffset>>(
        async session =>
        {
            var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            foreach (var (names, values) in SqlSession.Parts(fingerprints))
            {
                var all = values.Append(("repository", repository)).Append(("at", StoredTime.Of(at))).ToArray();
                // A pass over an old commit may report after a newer one: neither time goes the wrong way.
                await session.ExecuteAsync(
                    $"""
                    INSERT INTO findings (repository, fingerprint, first_seen, last_seen)
                    VALUES {string.Join(", ", names.Select(name => $"(@repository, {name}, @at, @at)"))}
                    ON CONFLICT (repository, fingerprint) DO UPDATE SET
                      first_seen = CASE WHEN excluded.first_seen < findings.first_seen THEN excluded.first_seen ELSE findings.first_seen END,
                      last_seen = CASE WHEN excluded.last_seen > findings.last_seen THEN excluded.last_seen ELSE findings.last_seen END
                    """,
                    cancellationToken,
                    all);
                var rows = await session.QueryAsync(
                    $"SELECT fingerprint, first_seen FROM findings WHERE repository = @repository AND fingerprint IN ({string.Join(", ", names)})",
                    row => (Fingerprint: row.GetString(0), First: StoredTime.Read(row.GetInt64(1))),
                    cancellationToken,
                    [.. values, ("repository", repository)]);
                foreach (var (fingerprint, first) in rows)
                {
                    seen[fingerprint] = first;
                }
            }

            return seen;
        },
        cancellationToken);

    public Task PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => WriteAsync(
        async session =>
        {
            (string, object?) limit = ("before", StoredTime.Of(before));
            return await session.ExecuteAsync("DELETE FROM webhooks WHERE seen < @before", cancellationToken, limit)
                + await session.ExecuteAsync("DELETE FROM findings WHERE last_seen < @before", cancellationToken, limit);
        },
        cancellationToken);

    public Task ForgetEventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => WriteAsync(
        async session =>
        {
            var gone = 0;
            foreach (var (names, values) in SqlSession.Parts(ids))
            {
                gone += await session.ExecuteAsync($"DELETE FROM pending_events WHERE id IN ({string.Join(", ", names)})", cancellationToken, values);
            }

            return gone;
        },
        cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Runs it without a transaction; what it reads may be of different moments.</summary>
    protected abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs it in a transaction, which is over when this returns: all of it was done, or, after an exception, nothing.</summary>
    protected abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    private static async Task KeepAsync(SqlSession session, Delivery delivery, CancellationToken cancellationToken)
    {
        (string, object?)[] identity = [("repository", delivery.Repository), ("kind", StoreWords.Of(delivery.Kind)), ("number", delivery.Number)];
        await session.ExecuteAsync(
            """
            INSERT INTO deliveries (repository, kind, number, key, tier, state, opened, ended, head, rules)
            VALUES (@repository, @kind, @number, @key, @tier, @state, @opened, @ended, @head, @rules)
            ON CONFLICT (repository, kind, number) DO UPDATE SET key = excluded.key, tier = excluded.tier, state = excluded.state,
              opened = excluded.opened, ended = excluded.ended, head = excluded.head, rules = excluded.rules
            """,
            cancellationToken,
            [
                .. identity,
                ("key", delivery.Key),
                ("tier", StoreWords.Of(delivery.Tier)),
                ("state", StoreWords.Of(delivery.State)),
                ("opened", StoredTime.Of(delivery.Opened)),
                ("ended", delivery.Ended is { } ended ? StoredTime.Of(ended) : null),
                ("head", delivery.Head),
                ("rules", JsonSerializer.Serialize(delivery.Rules.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))),
            ]);
        await session.ExecuteAsync("DELETE FROM delivery_findings WHERE repository = @repository AND kind = @kind AND number = @number", cancellationToken, identity);
        foreach (var (names, values) in SqlSession.Parts(delivery.Findings))
        {
            await session.ExecuteAsync(
                $"INSERT INTO delivery_findings (repository, kind, number, fingerprint) VALUES {string.Join(", ", names.Select(name => $"(@repository, @kind, @number, {name})"))}",
                cancellationToken,
                [.. identity, .. values]);
        }
    }

    private static Task<int> KeepAsync(SqlSession session, RecordedOutcome outcome, CancellationToken cancellationToken) => session.ExecuteAsync(
        """
        INSERT INTO outcomes (delivery, rule, tier, kind, hours, at) VALUES (@delivery, @rule, @tier, @kind, @hours, @at)
        ON CONFLICT (delivery, rule, kind) DO NOTHING
        """,
        cancellationToken,
        ("delivery", outcome.Delivery),
        ("rule", outcome.Rule),
        ("tier", StoreWords.Of(outcome.Tier)),
        ("kind", StoreWords.Of(outcome.Kind)),
        ("hours", outcome.Hours),
        ("at", StoredTime.Of(outcome.At)));

    private static Task<int> KeepAsync(SqlSession session, AuditEvent @event, CancellationToken cancellationToken) => session.ExecuteAsync(
        "INSERT INTO pending_events (id, event) VALUES (@id, @event) ON CONFLICT (id) DO NOTHING",
        cancellationToken,
        ("id", @event.Id),
        ("event", AuditText.Write(@event)));
}
