using Microsoft.Data.Sqlite;

namespace SelfHealGitOps.Bot.Store;

/// <summary>
/// One file in the state folder, for one bot or a few on one machine. Not on a network file system: SQLite's log is shared
/// memory, and the locks have to be the machine's own.
/// </summary>
internal sealed class SqliteStore : SqlStore
{
    public const string FileName = "selfheal.db";

    /// <summary>For another process that is writing; it writes for milliseconds.</summary>
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    // One at a time: SQLite has one writer anyway, and a connection is not for two threads.
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SqliteConnection connection;
    private readonly LeaseFiles leases;
    private readonly string file;

    private SqliteStore(string file, SqliteConnection connection, TimeProvider clock)
        : base(clock)
    {
        (this.file, this.connection) = (file, connection);
        leases = new LeaseFiles(file);
    }

    /// <summary>Opens the store of a state folder, and makes both where they are not there.</summary>
    /// <exception cref="StoreException">The file is damaged, cannot be written, or is of a newer version.</exception>
    public static async Task<SqliteStore> OpenAsync(string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        SqliteLibrary.Use();
        StateFolder.Create(folder);
        var file = Path.Combine(Path.GetFullPath(folder), FileName);
        Create(file);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            // A pooled connection would keep file and lock after the store was closed.
            Pooling = false,
            DefaultTimeout = (int)BusyTimeout.TotalSeconds,
        }.ToString());
        var store = new SqliteStore(file, connection, clock);
        try
        {
            await store.PrepareAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        leases.Dispose();
        await connection.DisposeAsync();
        turn.Release();
    }

    protected override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        InTurnAsync(() => work(new SqlSession(connection, null)), cancellationToken);

    protected override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            // Not deferred: a transaction that reads first and then wants to write cannot wait for another one.
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await work(new SqlSession(connection, transaction));
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    protected override bool HolderIsGone(string name, long token) => leases.IsAbandoned(name, token);

    protected override bool Guard(string name, long token) => leases.Hold(name, token);

    protected override void Unguard(string name, long token) => leases.Release(name, token);

    /// <summary>With its mode from the beginning; the write-ahead log takes the mode of the file.</summary>
    private static void Create(string file)
    {
        if (File.Exists(file))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = StateFolder.FileMode;
        }

        try
        {
            new FileStream(file, options).Dispose();
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process was faster.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the store {file} cannot be made: {exception.Message}; {WritableFolder}", exception);
        }
    }

    private const string WritableFolder = "let this user write to the folder, or name another one with --state";

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await InTurnAsync(
            async () =>
            {
                await connection.OpenAsync(cancellationToken);
                var session = new SqlSession(connection, null);
                await session.ExecuteAsync($"PRAGMA busy_timeout = {(long)BusyTimeout.TotalMilliseconds}", cancellationToken);
                var damage = await session.QueryAsync("PRAGMA quick_check(1)", row => row.GetString(0), cancellationToken);
                if (damage is not ["ok"])
                {
                    throw Damaged(damage.Count > 0 ? damage[0] : "no answer to a check", null);
                }

                // Full: what was saved is on the disk, also when the power fails.
                await session.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", cancellationToken);
                return true;
            },
            cancellationToken);
        await WriteAsync(
            async session =>
            {
                await StoreSchema.MigrateAsync(session, $"the store {file}", "integer PRIMARY KEY AUTOINCREMENT", cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>By the primary result codes of SQLite.</summary>
    private StoreException Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        11 or 26 => Damaged(exception.Message, exception),
        3 or 8 or 14 => new($"the store {file} cannot be written: {exception.Message}; {WritableFolder}", exception),
        5 or 6 => new($"the store {file} was locked for {BusyTimeout.TotalSeconds:0} s by another process: {exception.Message}; end that process, or wait for it", exception),
        13 => new($"the store {file} cannot be written, since its disk is full: {exception.Message}; make room and run again: nothing was half kept", exception),
        _ => new($"the store {file}: {exception.Message}", exception),
    };

    private StoreException Damaged(string what, Exception? cause) => new(
        $"the store {file} is damaged: {what}; put a backup in its place, or move it away with its -wal and -shm files: a new one is made, and what it knew of outcomes and of how long findings have been there is forgotten; what was closed or put off is kept by the forge", cause);
}
