using System.Text;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>A file of PEM blocks as it was at one moment.</summary>
/// <param name="Problem">Why it could not be read; null where it could.</param>
internal sealed record PemFile(string Name, string Text, string? Problem = null)
{
    // A bundle of every public authority there is takes a quarter of it.
    private const int MaxBytes = 1024 * 1024;

    public static PemFile Read(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            var buffer = new byte[MaxBytes + 1];
            var length = 0;
            for (int read; length < buffer.Length && (read = RandomAccess.Read(handle, buffer.AsSpan(length), length)) > 0;)
            {
                length += read;
            }

            return length > MaxBytes
                ? new(path, "", $"has more than {MaxBytes} bytes; must be certificates or a key in PEM")
                : new(path, Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new(path, "", exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => "is not there; must be a file in PEM",
                UnauthorizedAccessException => "may not be read by this user, or is a folder; must be a readable file in PEM",
                _ => "cannot be read: " + exception.Message,
            });
        }
    }

    // Not the record's own: a private key must not get into a message by way of a record's text.
    public override string ToString() => Name;
}
