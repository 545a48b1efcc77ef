using Npgsql;
using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>A database or schema of its own in PostgreSQL, for several replicas.</summary>
internal sealed class PostgresStore : SqlStore
{
    private const int Tries = 4;

    private readonly NpgsqlDataSource source;
    private readonly string where;
    private readonly TimeProvider clock;

    private PostgresStore(NpgsqlDataSource source, string where, TimeProvider clock)
        : base(clock) => (this.source, this.where, this.clock) = (source, where, clock);

    protected override string RowLock => " FOR UPDATE";

    /// <summary>The audit log in the same database. It lives as long as the store.</summary>
    public IAuditLog AuditLog => new PostgresAudit(source, where);

    /// <exception cref="StoreException">The database does not answer, refuses, or is of a newer version.</exception>
    public static async Task<PostgresStore> OpenAsync(string connectionString, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (source, where) = PostgresErrors.Connect(connectionString);
        var store = new PostgresStore(source, where, clock);
        try
        {
            await store.WriteAsync(
                async session =>
                {
                    // Two replicas that start at once: one after the other.
                    await session.QueryAsync("SELECT 1 FROM pg_advisory_xact_lock(7306086967023920128)", row => 1, cancellationToken);
                    await StoreSchema.MigrateAsync(session, where, "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", cancellationToken);
                    return true;
                },
                cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => RetryAsync(
        async _ =>
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await work(new SqlSession(connection, null));
        },
        cancellationToken);

    protected override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => RetryAsync(
        async committing =>
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(new SqlSession(connection, transaction));
            committing();
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    /// <summary>What is transient is tried again, but for a commit whose answer was lost: it may have been done.</summary>
    private async Task<T> RetryAsync<T>(Func<Action, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var mayBeDone = false;
            try
            {
                return await work(() => mayBeDone = true);
            }
            catch (NpgsqlException exception) when (exception.IsTransient && !mayBeDone && attempt < Tries)
            {
                var most = 100 << attempt;
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(most / 2, most)), clock, cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                throw PostgresErrors.Explain(where, exception);
            }
        }
    }
}
