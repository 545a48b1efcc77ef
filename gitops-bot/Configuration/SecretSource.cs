using System.Text;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>Where a secret is. It is read for each use, so that one that was rotated holds at once; nothing here keeps it.</summary>
internal abstract record SecretSource
{
    /// <summary>Longer than any token, key or connection string.</summary>
    private const int MaxBytes = 64 << 10;

    private SecretSource()
    {
    }

    /// <summary>True where there is something to be read now, be it of any use or not.</summary>
    public abstract bool IsThere { get; }

    public abstract Task<SecretReading> ReadAsync(CancellationToken cancellationToken);

    /// <exception cref="IOException">It is not there; the message says what is missing.</exception>
    public async ValueTask<string> RequireAsync(CancellationToken cancellationToken) =>
        await ReadAsync(cancellationToken).ConfigureAwait(false) switch
        {
            SecretReading.Found(var value) => value,
            SecretReading.Missing(var reason) => throw new IOException(reason),
            _ => throw new InvalidOperationException("a secret is found or missing"),
        };

    private static SecretReading Of(string text, string where)
    {
        // Editors and echo put a newline at the end; it is no part of any secret.
        var value = text.EndsWith('\n') ? text[..^1] : text;
        value = value.EndsWith('\r') ? value[..^1] : value;
        return value.Length > 0 ? new SecretReading.Found(value) : new SecretReading.Missing($"{where} is empty; must hold the secret");
    }

    public sealed record Variable(string Name) : SecretSource
    {
        public override bool IsThere => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Name));

        public override Task<SecretReading> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(
            Environment.GetEnvironmentVariable(Name) is { } value
                ? Of(value, $"the environment variable {Name}")
                : new SecretReading.Missing($"the environment variable {Name} is not set; must hold the secret"));

        public override string ToString() => $"env {Name}";
    }

    /// <param name="Path">Full.</param>
    public sealed record InFile(string Path) : SecretSource
    {
        public override bool IsThere => File.Exists(Path);

        public override async Task<SecretReading> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
                var bytes = new byte[MaxBytes + 1];
                var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return length <= MaxBytes
                    ? Of(Encoding.UTF8.GetString(bytes, 0, length), $"the file {Path}")
                    : new SecretReading.Missing($"the file {Path} has more than {MaxBytes} bytes; must hold the secret alone");
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                return new SecretReading.Missing($"the file {Path} is not there; must hold the secret");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new SecretReading.Missing($"the file {Path} cannot be read; must be readable for the user that the bot runs as");
            }
        }

        public override string ToString() => $"file {Path}";
    }
}
