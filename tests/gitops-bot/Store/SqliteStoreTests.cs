using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using SelfHealGitOps.Bot.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Store;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_user_can_read_it()
    {
        await using var store = await OpenAsync(TimeProvider.System);
        await store.SeeWebhookAsync("w", DateTimeOffset.UnixEpoch, default);
        Assert.Equal(["selfheal.db", "selfheal.db-shm", "selfheal.db-wal"], folder.Names.Select(Path.GetFileName));
        Assert.All(folder.Names, name => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder[name])));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["state"]));
    }

    [Fact]
    public async Task Leaves_one_file_when_it_is_closed()
    {
        await using (var store = await OpenAsync(TimeProvider.System))
        {
            await store.AcquireLeaseAsync("pass", "bot", TimeSpan.FromMinutes(1), default);
        }

        await using (var store = await OpenAsync(TimeProvider.System))
        {
            // Its holder has closed its store without giving it back: as good as dead.
            var lease = Assert.IsType<LeaseAnswer.Granted>(await store.AcquireLeaseAsync("pass", "bot", TimeSpan.FromMinutes(1), default)).Lease;
            await store.ReleaseLeaseAsync(lease, default);
        }

        Assert.Equal(["selfheal.db"], folder.Names.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Says_what_to_do_with_a_damaged_file(int from)
    {
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(folder["state/selfheal.db"]);
        bytes.AsSpan(from, 2000).Fill(0x5a);
        await File.WriteAllBytesAsync(folder["state/selfheal.db"], bytes);
        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TimeProvider.System));
        Assert.StartsWith($"the store {folder["state/selfheal.db"]} is damaged: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("what was closed or put off is kept by the forge", exception.Message, StringComparison.Ordinal);
        Assert.Contains("put a backup in its place, or move it away", exception.Message, StringComparison.Ordinal);
        // Opened, not repaired behind one's back.
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder["state/selfheal.db"]));
    }

    [Fact]
    public async Task An_empty_file_is_a_new_store()
    {
        folder.Write("state/selfheal.db", "");
        await using var store = await OpenAsync(TimeProvider.System);
        Assert.True(await store.SeeWebhookAsync("w", DateTimeOffset.UnixEpoch, default));
    }

    [Fact]
    public async Task Refuses_what_a_newer_version_wrote()
    {
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        Execute("UPDATE store_schema SET version = 99");
        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TimeProvider.System));
        Assert.Equal($"the store {folder["state/selfheal.db"]} has schema 99, and this selfheal knows none above {StoreSchema.Steps.Count}: run the version that wrote it, or a newer one", exception.Message);
    }

    [Fact]
    public async Task A_migration_that_fails_is_taken_back()
    {
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        Execute("DROP TABLE webhooks; DROP TABLE audit; UPDATE store_schema SET version = 0");
        // The first table is there already: the whole step is taken back.
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TimeProvider.System));
        Assert.Equal("0", Execute("SELECT version FROM store_schema"));
        Assert.Equal("0", Execute("SELECT count(*) FROM sqlite_master WHERE name = 'webhooks'"));
    }

    [Fact]
    public async Task Says_which_folder_cannot_be_made()
    {
        folder.Write("file", "");
        var exception = await Assert.ThrowsAsync<StoreException>(() => SqliteStore.OpenAsync(folder["file/state"], TimeProvider.System, default));
        Assert.StartsWith($"the state folder {folder["file/state"]} cannot be made: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_its_place_is_said()
    {
        folder.Write("state/selfheal.db/x", "");
        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TimeProvider.System));
        Assert.StartsWith($"the store {folder["state/selfheal.db"]} cannot be ", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact(Needs = "setpriv")]
    [UnsupportedOSPlatform("windows")]
    public async Task Says_what_to_do_with_a_file_that_cannot_be_written()
    {
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        File.SetUnixFileMode(folder["state/selfheal.db"], UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(folder["state"], (UnixFileMode)0b101_101_101);
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_111_111);
        // Root may write everything, so nobody tries.
        var outcome = Environment.IsPrivilegedProcess
            ? SelfHeal.Execute("setpriv", folder.Root, [], ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", .. Child.Command("store-open", folder["state"])])
            : SelfHeal.Execute("dotnet", folder.Root, [], [.. Child.Command("store-open", folder["state"])]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"the store {folder["state/selfheal.db"]} cannot be written: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("let this user write to the folder, or name another one with --state", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_writer_leaves_a_whole_store()
    {
        var saved = 0L;
        for (var round = 0; round < 4; round++)
        {
            // Each transaction is a delivery of a hundred findings and an event; the child says when it was saved.
            saved = await Child.KillAsync("store-write", folder["state"], after: 3 + (round * 5));
            await using var store = await OpenAsync(TimeProvider.System);
            var deliveries = await store.OpenDeliveriesAsync(null, default);
            Assert.True(deliveries.Count >= saved, $"{deliveries.Count} of {saved} that were said to be saved");
            Assert.All(deliveries, delivery => Assert.Equal(100, delivery.Findings.Count));
            Assert.Equal(
                deliveries.Select(delivery => $"{delivery.Number}").Order(StringComparer.Ordinal),
                (await store.PendingEventsAsync(100_000, default)).Select(@event => @event.Target).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_lease_of_a_killed_process_need_not_run_out()
    {
        await Child.KillAsync("lease-hold", folder["state"], after: 1);
        await using var store = await OpenAsync(TimeProvider.System);
        var lease = Assert.IsType<LeaseAnswer.Granted>(await store.AcquireLeaseAsync("pass", "next", TimeSpan.FromHours(1), default)).Lease;
        Assert.Equal(2, lease.Token);
    }

    [Fact]
    public async Task The_lease_of_a_process_that_lives_is_not_taken()
    {
        await using var child = await Child.StartAsync("lease-hold", folder["state"], after: 1);
        await using var store = await OpenAsync(TimeProvider.System);
        Assert.Equal("child", Assert.IsType<LeaseAnswer.Taken>(await store.AcquireLeaseAsync("pass", "next", TimeSpan.FromHours(1), default)).Holder);
    }

    [Fact]
    public async Task Processes_take_turns_by_lease()
    {
        // Each adds 25 times one to a number in a file, which it reads and writes under the lease alone.
        folder.Write("number", "0");
        await (await OpenAsync(TimeProvider.System)).DisposeAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Task.Run(() => SelfHeal.Execute("dotnet", folder.Root, [], [.. Child.Command("lease-count", folder["state"], folder["number"], $"bot {i}")]))));
        Assert.All(outcomes, outcome => Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error)));
        Assert.Equal("75", folder.Read("number"));
    }

    public void Dispose() => folder.Dispose();

    internal override async Task<IStore> OpenAsync(TimeProvider clock) => await SqliteStore.OpenAsync(folder["state"], clock, default);

    private string? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder["state/selfheal.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }
}
