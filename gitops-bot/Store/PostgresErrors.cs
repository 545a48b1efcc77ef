using System.Net.Sockets;
using Npgsql;

namespace SelfHealGitOps.Bot.Store;

/// <summary>How a database is named to people, and what they can do when it refuses. No password is ever among it.</summary>
internal static class PostgresErrors
{
    /// <exception cref="StoreException">The connection string cannot be read.</exception>
    public static (NpgsqlDataSource Source, string Where) Connect(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "selfheal", IncludeErrorDetail = false };
            return (NpgsqlDataSource.Create(settings), $"the database {settings.Database ?? settings.Username} on {settings.Host}");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // Its message may quote a value, and that may be the password.
            throw new StoreException("the connection string of the store cannot be read; must be as in 'Host=db.example.com;Database=selfheal;Username=selfheal;Password=…'");
        }
    }

    public static StoreException Explain(string where, NpgsqlException exception) => exception switch
    {
        PostgresException { SqlState: "28P01" or "28000" } refused => new($"{where} refuses to be logged in to: {refused.MessageText}; check user and password", exception),
        PostgresException { SqlState: "3D000" } refused => new($"{where}: {refused.MessageText}; create it, or name another one", exception),
        PostgresException { SqlState: "42501" } refused => new($"{where}: {refused.MessageText}; the user must be able to create tables in its schema, and own those that are there", exception),
        PostgresException { SqlState: "25006" } refused => new($"{where}: {refused.MessageText}; name the primary server, not one that only reads", exception),
        PostgresException { SqlState: "53100" } refused => new($"{where}: {refused.MessageText}; make room on its disk", exception),
        PostgresException refused => new($"{where}: {refused.MessageText} ({refused.SqlState})", exception),
        { InnerException: SocketException socket } => new($"{where} does not answer: {socket.Message}", exception),
        { InnerException: TimeoutException } => new($"{where} does not answer in time", exception),
        _ => new($"{where}: {exception.Message}", exception),
    };
}
