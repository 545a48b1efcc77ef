namespace SelfHealGitOps.Bot.Registry;

/// <summary>Reads what may have no end.</summary>
internal static class Bounded
{
    /// <summary>All there is; null where that is more than the bound.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (bytes.Length + read > maxBytes)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return (ReadOnlyMemory<byte>?)bytes.ToArray();
    }
}
