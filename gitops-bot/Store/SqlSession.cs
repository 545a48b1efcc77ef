using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace SelfHealGitOps.Bot.Store;

/// <summary>Statements on one connection, within one transaction where there is one. Values go in as parameters only.</summary>
internal sealed class SqlSession(DbConnection connection, DbTransaction? transaction)
{
    /// <summary>How many values one statement takes: more cost round trips, and SQLite ends at a thousand in old builds.</summary>
    public const int ValuesPerStatement = 400;

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The same statement for a part of the values after the other; what stands for them begins with <c>@v</c>.</summary>
    public static IEnumerable<(IReadOnlyList<string> Names, (string Name, object? Value)[] Values)> Parts(IEnumerable<string> values) =>
        values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(ValuesPerStatement).Select(part =>
        {
            var named = part.Select((value, i) => (Name: $"v{i}", Value: (object?)value)).ToArray();
            return ((IReadOnlyList<string>)[.. named.Select(each => $"@{each.Name}")], named);
        });

    [SuppressMessage("Security", "CA2100", Justification = "the texts are this folder's own; what comes from outside is a parameter")]
    private DbCommand Command(string sql, (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
