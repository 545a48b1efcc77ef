using Npgsql;
using SelfHealGitOps.Bot.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Store;

[Collection(PostgresTests.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : StoreContract, IAsyncLifetime
{
    private string connection = "";

    [PostgresTheory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);

    [PostgresFact]
    public async Task Two_that_start_at_once_make_its_tables_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => OpenAsync(TimeProvider.System))));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task Refuses_what_a_newer_version_wrote()
    {
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        await PostgresServer.ExecuteAsync(connection, "UPDATE store_schema SET version = 99");
        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TimeProvider.System));
        Assert.Contains("has schema 99", exception.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Goes_on_when_its_connections_were_cut()
    {
        await using var store = await OpenAsync(TimeProvider.System);
        Assert.True(await store.SeeWebhookAsync("w1", DateTimeOffset.UnixEpoch, default));
        await PostgresServer.ExecuteAsync(connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'selfheal' AND datname = current_database()");
        Assert.False(await store.SeeWebhookAsync("w1", DateTimeOffset.UnixEpoch, default));
        Assert.True(await store.SeeWebhookAsync("w2", DateTimeOffset.UnixEpoch, default));
    }

    [PostgresFact]
    public async Task Says_what_to_do_when_it_is_refused()
    {
        var absent = new NpgsqlConnectionStringBuilder(connection) { Database = "no_such_database", Password = "s3cret" }.ToString();
        var exception = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(absent, TimeProvider.System, default));
        Assert.StartsWith("the database no_such_database on ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("create it, or name another one", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    public async Task InitializeAsync() => connection = PostgresServer.WhyNot is null ? await server.NewSchemaAsync() : "";

    public Task DisposeAsync() => Task.CompletedTask;

    internal override async Task<IStore> OpenAsync(TimeProvider clock) => await PostgresStore.OpenAsync(connection, clock, default);
}

public class PostgresErrorsTests
{
    [Theory]
    [InlineData("Host=db.example.com;Password=s3cret;Prot=5432")]
    [InlineData("Host=db.example.com;Password=s3cret;Port=many")]
    [InlineData("s3cret")]
    public void A_connection_string_that_cannot_be_read_is_not_repeated(string text)
    {
        var exception = Assert.Throws<StoreException>(() => PostgresErrors.Connect(text));
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_named_without_its_password()
    {
        var exception = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync("Host=127.0.0.1;Port=1;Database=selfheal;Username=bot;Password=s3cret", TimeProvider.System, default));
        Assert.StartsWith("the database selfheal on 127.0.0.1 does not answer: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", new StateLocation.Postgres("Password=s3cret").ToString(), StringComparison.Ordinal);
    }
}
