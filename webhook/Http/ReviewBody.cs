using System.Buffers;
using System.IO.Pipelines;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>What came of reading a body.</summary>
internal enum BodyReading
{
    Whole,
    TooLarge,

    /// <summary>It was not all there in time.</summary>
    TooSlow,

    /// <summary>Too many bytes are in hand already.</summary>
    NoRoom,
}

/// <summary>
/// The bytes of a request, read before the review takes a place in the gate: whoever sends slowly keeps only his own
/// connection, and no more memory than he has filled.
/// </summary>
internal sealed class ReviewBody(ReviewGate gate) : IDisposable
{
    /// <summary>As much is taken at once on the word of Content-Length; beyond that the buffer grows with what comes.</summary>
    private const int MostTrusted = 64 * 1024;

    private const int Least = 4 * 1024;

    private byte[] bytes = [];
    private int length;

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, length);

    /// <param name="patience">How long to wait for the last byte.</param>
    public async ValueTask<BodyReading> ReadAsync(HttpRequest request, int mostBytes, TimeSpan patience, TimeProvider clock)
    {
        var expected = request.ContentLength;
        if (expected > mostBytes)
        {
            return BodyReading.TooLarge;
        }

        if (!Grow((int)Math.Clamp(expected ?? 0, Least, MostTrusted)))
        {
            return BodyReading.NoRoom;
        }

        var reader = request.BodyReader;

        // Mostly everything is there already, and no timer is needed.
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var pending = reader.ReadAsync();
                if (!pending.IsCompleted)
                {
                    timer ??= clock.CreateTimer(static state => ((PipeReader)state!).CancelPendingRead(), reader, patience, Timeout.InfiniteTimeSpan);
                }

                var read = await pending;
                var outcome = Take(read.Buffer, mostBytes);
                reader.AdvanceTo(read.Buffer.End);
                if (outcome != BodyReading.Whole)
                {
                    return outcome;
                }

                if (read.IsCompleted || length == expected)
                {
                    return BodyReading.Whole;
                }

                if (read.IsCanceled)
                {
                    return BodyReading.TooSlow;
                }
            }
        }
        finally
        {
            timer?.Dispose();
        }
    }

    public void Dispose()
    {
        if (bytes.Length > 0)
        {
            gate.Release(bytes.Length);
            ArrayPool<byte>.Shared.Return(bytes);
            (bytes, length) = ([], 0);
        }
    }

    private BodyReading Take(in ReadOnlySequence<byte> more, int mostBytes)
    {
        if (length + more.Length > mostBytes)
        {
            return BodyReading.TooLarge;
        }

        var wanted = length + (int)more.Length;
        if (wanted > bytes.Length && !Grow(Math.Max(wanted, bytes.Length * 2)))
        {
            return BodyReading.NoRoom;
        }

        more.CopyTo(bytes.AsSpan(length));
        length = wanted;
        return BodyReading.Whole;
    }

    private bool Grow(int atLeast)
    {
        var larger = ArrayPool<byte>.Shared.Rent(atLeast);
        if (!gate.TryReserve(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        var (smaller, kept) = (bytes, length);
        smaller.AsSpan(0, kept).CopyTo(larger);
        Dispose();
        (bytes, length) = (larger, kept);
        return true;
    }
}
