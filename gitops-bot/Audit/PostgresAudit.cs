using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>The log as a table that several replicas share: the same lines, one a row. The tables are the store's.</summary>
internal sealed class PostgresAudit(NpgsqlDataSource source, string where) : IAuditLog
{
    public async Task<IReadOnlyList<AuditEntry>> AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var session = new SqlSession(connection, transaction);
            // Readers go on; whoever else wants to add waits until the head is another one.
            await session.ExecuteAsync("LOCK TABLE audit IN EXCLUSIVE MODE", cancellationToken);
            var last = await LastAsync(session, cancellationToken);
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (names, values) in SqlSession.Parts(events.Select(@event => @event.Id)))
            {
                known.UnionWith(await session.QueryAsync($"SELECT id FROM audit WHERE id IN ({string.Join(", ", names)})", row => row.GetString(0), cancellationToken, values));
            }

            var added = new List<AuditEntry>();
            foreach (var @event in events.Where(@event => known.Add(@event.Id)))
            {
                (last, var line) = AuditEntry.After(last, @event);
                added.Add(last);
                await session.ExecuteAsync(
                    "INSERT INTO audit (sequence, id, line) VALUES (@sequence, @id, @line)", cancellationToken, ("sequence", last.Sequence), ("id", @event.Id), ("line", line));
            }

            await transaction.CommitAsync(cancellationToken);
            return added;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Explain(where, exception);
        }
    }

    public async IAsyncEnumerable<AuditLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int AtOnce = 500;
        for (var after = long.MinValue; ;)
        {
            List<(long Sequence, string Line)> rows;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                rows = await new SqlSession(connection, null).QueryAsync(
                    $"SELECT sequence, line FROM audit WHERE sequence > @after ORDER BY sequence LIMIT {AtOnce}",
                    row => (row.GetInt64(0), row.GetString(1)),
                    cancellationToken,
                    ("after", after));
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                throw new StoreException($"there is no audit log in {where}: no selfheal has used it yet, or its tables are in another schema", exception);
            }
            catch (NpgsqlException exception)
            {
                throw PostgresErrors.Explain(where, exception);
            }

            foreach (var (_, line) in rows)
            {
                yield return new(Encoding.UTF8.GetBytes(line), IsEnded: true);
            }

            if (rows.Count < AtOnce)
            {
                yield break;
            }

            after = rows[^1].Sequence;
        }
    }

    private async Task<AuditEntry?> LastAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var lines = await session.QueryAsync("SELECT line FROM audit ORDER BY sequence DESC LIMIT 1", row => row.GetString(0), cancellationToken);
        return lines.Count == 0 ? null
            : AuditEntry.Read(Encoding.UTF8.GetBytes(lines[0])) is AuditReading.Whole(var entry) ? entry
            : throw new StoreException($"the end of the audit log in {where} was changed; nothing is added to it: see 'selfheal audit verify', keep the table 'audit' under another name, and make an empty one like it");
    }
}
