using System.Data.Common;
using System.Text.Json;
using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

internal abstract partial class SqlStore
{
    // The findings beside their delivery, whose columns are repeated: a few dozen rows, and one moment for both.
    private const string Deliveries = """
        SELECT d.repository, d.kind, d.number, d.key, d.tier, d.state, d.opened, d.ended, d.head, d.rules, f.fingerprint
        FROM deliveries d
        LEFT JOIN delivery_findings f ON f.repository = d.repository AND f.kind = d.kind AND f.number = d.number

        """;

    private const string InOrder = " ORDER BY d.opened, d.repository, d.kind, d.number";

    public async Task<Delivery?> LastDeliveryAsync(string repository, string key, CancellationToken cancellationToken) => await ReadDeliveriesAsync(
        "WHERE d.repository = @repository AND d.key = @key", cancellationToken, ("repository", repository), ("key", key)) is [.., var last] ? last : null;

    public Task<IReadOnlyList<Delivery>> OpenDeliveriesAsync(string? repository, CancellationToken cancellationToken) => repository is null
        ? ReadDeliveriesAsync("WHERE d.state = 'open'", cancellationToken)
        : ReadDeliveriesAsync("WHERE d.state = 'open' AND d.repository = @repository", cancellationToken, ("repository", repository));

    public Task<IReadOnlyList<Delivery>> DeliveriesSinceAsync(DateTimeOffset opened, CancellationToken cancellationToken) =>
        ReadDeliveriesAsync("WHERE d.opened >= @opened", cancellationToken, ("opened", StoredTime.Of(opened)));

    public async Task<IReadOnlyList<RecordedOutcome>> OutcomesAsync(DateTimeOffset since, CancellationToken cancellationToken) => await ReadAsync(
        session => session.QueryAsync(
            "SELECT delivery, rule, tier, kind, hours, at FROM outcomes WHERE at >= @since ORDER BY at, delivery, rule, kind",
            row => new RecordedOutcome(
                row.GetString(0), row.GetString(1), StoreWords.Tier(row.GetString(2)), StoreWords.Outcome(row.GetString(3)), row.GetDouble(4), StoredTime.Read(row.GetInt64(5))),
            cancellationToken,
            ("since", StoredTime.Of(since))),
        cancellationToken);

    public async Task<IReadOnlyList<AuditEvent>> PendingEventsAsync(int limit, CancellationToken cancellationToken) => await ReadAsync(
        session => session.QueryAsync(
            "SELECT event FROM pending_events ORDER BY place LIMIT @limit", row => AuditText.ReadEvent(row.GetString(0)), cancellationToken, ("limit", (long)limit)),
        cancellationToken);

    private Task<IReadOnlyList<Delivery>> ReadDeliveriesAsync(string where, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        ReadAsync<IReadOnlyList<Delivery>>(
            async session =>
            {
                var rows = await session.QueryAsync(Deliveries + where + InOrder, row => (Delivery: Read(row), Finding: row.IsDBNull(10) ? null : row.GetString(10)), cancellationToken, values);
                return [.. rows.GroupBy(row => (row.Delivery.Repository, row.Delivery.Kind, row.Delivery.Number)).Select(group => group.First().Delivery with
                {
                    Findings = [.. group.Select(row => row.Finding).OfType<string>().Order(StringComparer.Ordinal)],
                })];
            },
            cancellationToken);

    private static Delivery Read(DbDataReader row) => new()
    {
        Repository = row.GetString(0),
        Kind = StoreWords.Kind(row.GetString(1)),
        Number = row.GetInt64(2),
        Key = row.GetString(3),
        Tier = StoreWords.Tier(row.GetString(4)),
        State = StoreWords.State(row.GetString(5)),
        Opened = StoredTime.Read(row.GetInt64(6)),
        Ended = row.IsDBNull(7) ? null : StoredTime.Read(row.GetInt64(7)),
        Head = row.IsDBNull(8) ? null : row.GetString(8),
        Rules = JsonSerializer.Deserialize<string[]>(row.GetString(9)) ?? [],
        Findings = [],
    };
}
