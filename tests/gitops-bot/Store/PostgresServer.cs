using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Store;

/// <summary>
/// A real PostgreSQL: the one that <c>SELFHEAL_TEST_POSTGRES</c> names by a connection string, or Debian's as a process of its
/// own, on a socket in a folder that goes with it. Each test has a schema of its own in it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync")]
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly string? Named = Environment.GetEnvironmentVariable("SELFHEAL_TEST_POSTGRES") is { Length: > 0 } set ? set : null;

    private static readonly string? Programs = FindPrograms();

    private readonly List<string> schemas = [];
    private TempFolder? folder;
    private Process? process;
    private string connection = Named ?? "";

    /// <summary>Why there is none to test against; null where there is one.</summary>
    public static string? WhyNot { get; } =
        Named is not null ? null
        : Programs is null ? "PostgreSQL 15 or newer is not installed, and SELFHEAL_TEST_POSTGRES names none"
        : Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv") ? "PostgreSQL does not run as root, and setpriv is not installed"
        : null;

    /// <summary>The connection string of an empty schema.</summary>
    public async Task<string> NewSchemaAsync()
    {
        var schema = $"selfheal_test_{Guid.NewGuid():N}";
        await ExecuteAsync(connection, $"CREATE SCHEMA {schema}");
        schemas.Add(schema);
        return new NpgsqlConnectionStringBuilder(connection) { SearchPath = schema }.ToString();
    }

    public static async Task ExecuteAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
#pragma warning disable CA2100 // Texts of these tests.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async Task InitializeAsync()
    {
        if (WhyNot is not null || Named is not null)
        {
            return;
        }

        folder = new TempFolder();
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Equal(0, SelfHeal.Execute("chown", folder.Root, [], ["postgres", folder.Root]).ExitCode);
        }

        var made = SelfHeal.Execute("/bin/sh", folder.Root, [], ["-c", $"exec {AsUser}'{Programs}/initdb' -D '{folder["data"]}' -U postgres -A trust -N -E UTF8 --locale=C"]);
        Assert.True(made.ExitCode == 0, made.Error);
        // It ends when its standard input does: with the tests, however they end.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder.Root, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{AsUser}'{Programs}/postgres' -D '{folder["data"]}' -k '{folder.Root}' -c listen_addresses= -c fsync=off -c max_connections=50 < /dev/null & read -r _; kill -INT $!; wait");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        connection = new NpgsqlConnectionStringBuilder { Host = folder.Root, Username = "postgres", Database = "postgres" }.ToString();
        for (var i = 0; ; i++)
        {
            try
            {
                await ExecuteAsync(connection, "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (i < 300)
            {
                await Task.Delay(50);
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (WhyNot is not null)
        {
            return;
        }

        foreach (var schema in schemas)
        {
            await ExecuteAsync(connection, $"DROP SCHEMA {schema} CASCADE");
        }

        NpgsqlConnection.ClearAllPools();
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder?.Dispose();
    }

    private static string AsUser => Environment.IsPrivilegedProcess ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : "";

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .Where(version => int.TryParse(Path.GetFileName(version), out var number) && number >= 15 && File.Exists($"{version}/bin/initdb"))
            .OrderByDescending(version => int.Parse(Path.GetFileName(version), System.Globalization.CultureInfo.InvariantCulture))
            .Select(version => $"{version}/bin").FirstOrDefault()
        : null;
}

/// <summary>One server for all that need one.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

/// <summary>Needs a PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyNot;
}

/// <inheritdoc cref="PostgresFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.WhyNot;
}
