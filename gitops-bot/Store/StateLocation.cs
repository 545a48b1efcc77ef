using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>Where store and audit log are: in a folder, or in a database that several replicas share.</summary>
internal abstract record StateLocation
{
    /// <summary>Holds the connection string, with its password: so it is never an argument.</summary>
    public const string Variable = "SELFHEAL_POSTGRES";

    private StateLocation()
    {
    }

    public sealed record Folder(string Path) : StateLocation;

    public sealed record Postgres(string ConnectionString) : StateLocation
    {
        /// <summary>Without the connection string, which holds a password.</summary>
        public override string ToString() => nameof(Postgres);
    }

    /// <param name="folder">What the command line names; it outweighs the environment.</param>
    public static StateLocation Of(string? folder) =>
        folder is not null ? new Folder(folder)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection ? new Postgres(connection)
        : new Folder(StateFolder.Default());

    /// <summary>Store and audit log, ready for writing. The log lives as long as the store.</summary>
    /// <exception cref="StoreException"/>
    public async Task<(IStore Store, IAuditLog Audit)> OpenAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        if (this is Postgres(var connection))
        {
            var shared = await PostgresStore.OpenAsync(connection, clock, cancellationToken);
            return (shared, shared.AuditLog);
        }

        var folder = ((Folder)this).Path;
        return (await SqliteStore.OpenAsync(folder, clock, cancellationToken), new AuditFile(folder, clock));
    }

    /// <summary>The audit log alone, to be read: nothing is made or changed.</summary>
    public async IAsyncEnumerable<AuditLine> ReadAuditAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (this is Folder(var folder))
        {
            await foreach (var line in new AuditFile(folder, TimeProvider.System).LinesAsync(cancellationToken))
            {
                yield return line;
            }

            yield break;
        }

        var (source, where) = PostgresErrors.Connect(((Postgres)this).ConnectionString);
        await using (source)
        {
            await foreach (var line in new PostgresAudit(source, where).LinesAsync(cancellationToken))
            {
                yield return line;
            }
        }
    }
}
