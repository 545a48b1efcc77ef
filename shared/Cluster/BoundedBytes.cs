namespace SelfHealGitOps.Cluster;

/// <summary>Reads what may have no end.</summary>
internal static class BoundedBytes
{
    /// <summary>All there is; null where that is more than the bound.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var (bytes, isCut) = await ReadUpToAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false);

        // Without the cast the null would become an empty memory, by way of an array.
        return isCut ? (ReadOnlyMemory<byte>?)null : bytes;
    }

    /// <summary>All there is, or as much of it as is within the bound.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsCut)> ReadUpToAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(16 * 1024, maxBytes + 1)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length > maxBytes)
                {
                    return (buffer.AsMemory(0, maxBytes), true);
                }

                Array.Resize(ref buffer, (int)Math.Min(2L * length, maxBytes + 1L));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return length > maxBytes ? (buffer.AsMemory(0, maxBytes), true) : (buffer.AsMemory(0, length), false);
            }

            length += read;
        }
    }
}
