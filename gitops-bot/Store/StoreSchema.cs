namespace SelfHealGitOps.Bot.Store;

/// <summary>
/// The tables, as steps from each version to the next: a step that was released does not change. One text for SQLite and
/// PostgreSQL; times are microseconds since 1970, UTC.
/// </summary>
internal static class StoreSchema
{
    /// <summary>Stands for a column that counts up by itself.</summary>
    public const string Identity = "{identity}";

    public static IReadOnlyList<string> Steps { get; } =
    [
        $"""
        CREATE TABLE findings (
          repository text NOT NULL, fingerprint text NOT NULL, first_seen bigint NOT NULL, last_seen bigint NOT NULL,
          PRIMARY KEY (repository, fingerprint));
        CREATE TABLE deliveries (
          repository text NOT NULL, kind text NOT NULL, number bigint NOT NULL, key text NOT NULL, tier text NOT NULL,
          state text NOT NULL, opened bigint NOT NULL, ended bigint, head text, rules text NOT NULL,
          PRIMARY KEY (repository, kind, number));
        CREATE INDEX deliveries_key ON deliveries (repository, key);
        CREATE INDEX deliveries_state ON deliveries (state);
        CREATE INDEX deliveries_opened ON deliveries (opened);
        CREATE TABLE delivery_findings (
          repository text NOT NULL, kind text NOT NULL, number bigint NOT NULL, fingerprint text NOT NULL,
          PRIMARY KEY (repository, kind, number, fingerprint));
        CREATE INDEX delivery_findings_fingerprint ON delivery_findings (repository, fingerprint);
        CREATE TABLE outcomes (
          delivery text NOT NULL, rule text NOT NULL, tier text NOT NULL, kind text NOT NULL, hours double precision NOT NULL, at bigint NOT NULL,
          PRIMARY KEY (delivery, rule, kind));
        CREATE INDEX outcomes_at ON outcomes (at);
        CREATE TABLE webhooks (id text PRIMARY KEY, seen bigint NOT NULL);
        CREATE INDEX webhooks_seen ON webhooks (seen);
        CREATE TABLE leases (name text PRIMARY KEY, holder text NOT NULL, token bigint NOT NULL, expires bigint NOT NULL, guarded bigint NOT NULL);
        CREATE TABLE pending_events (place {Identity}, id text NOT NULL UNIQUE, event text NOT NULL);
        CREATE TABLE audit (sequence bigint PRIMARY KEY, id text NOT NULL UNIQUE, line text NOT NULL);
        """,
    ];

    /// <summary>Brings the tables up to date within a transaction that nobody else is in.</summary>
    /// <exception cref="StoreException">A newer version wrote them.</exception>
    public static async Task MigrateAsync(SqlSession session, string where, string identity, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("CREATE TABLE IF NOT EXISTS store_schema (version bigint NOT NULL)", cancellationToken);
        var found = await session.QueryAsync("SELECT version FROM store_schema", row => row.GetInt64(0), cancellationToken);
        var version = found.Count == 0 ? 0 : found[0];
        if (version > Steps.Count)
        {
            throw new StoreException(
                $"{where} has schema {version}, and this selfheal knows none above {Steps.Count}: run the version that wrote it, or a newer one");
        }

        for (var step = (int)version; step < Steps.Count; step++)
        {
            await session.ExecuteAsync(Steps[step].Replace(Identity, identity, StringComparison.Ordinal), cancellationToken);
        }

        if (version == Steps.Count)
        {
            return;
        }

        await session.ExecuteAsync(
            found.Count == 0 ? "INSERT INTO store_schema (version) VALUES (@version)" : "UPDATE store_schema SET version = @version",
            cancellationToken,
            ("version", (long)Steps.Count));
    }
}
