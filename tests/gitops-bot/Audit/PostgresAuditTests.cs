using Npgsql;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Audit;

[Collection(PostgresTests.Name)]
public sealed class PostgresAuditTests(PostgresServer server) : AuditContract, IAsyncLifetime
{
    private string connection = "";
    private PostgresStore? store;

    internal override IAuditLog Log => store!.AuditLog;

    [PostgresTheory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);

    [PostgresFact]
    public async Task What_was_moved_is_named()
    {
        await FillAsync(3);
        await PostgresServer.ExecuteAsync(connection, "UPDATE audit SET sequence = 9 WHERE sequence = 2");
        Assert.Equal([(AuditFault.Reordered, 2)], (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence)).Take(1));
    }

    [PostgresFact]
    public async Task A_database_that_nobody_used_is_said()
    {
        var empty = await server.NewSchemaAsync();
        var exception = await Assert.ThrowsAsync<StoreException>(() => AuditChain.VerifyAsync(new StateLocation.Postgres(empty).ReadAuditAsync(default), null, default));
        Assert.StartsWith("there is no audit log in the database postgres on ", exception.Message, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        if (PostgresServer.WhyNot is null)
        {
            connection = await server.NewSchemaAsync();
            store = await PostgresStore.OpenAsync(connection, TimeProvider.System, default);
        }
    }

    public async Task DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }
    }

    internal override async Task<IStore> OpenStoreAsync() => await PostgresStore.OpenAsync(connection, TimeProvider.System, default);

    internal override async Task TamperAsync(IReadOnlyList<string> lines)
    {
        await PostgresServer.ExecuteAsync(connection, "DELETE FROM audit");
        await using var source = NpgsqlDataSource.Create(connection);
        foreach (var line in lines)
        {
            await using var command = source.CreateCommand("INSERT INTO audit (sequence, id, line) VALUES (($1::json->>'sequence')::bigint, gen_random_uuid()::text, $1)");
            command.Parameters.AddWithValue(line);
            await command.ExecuteNonQueryAsync();
        }
    }
}
