using System.Threading.Channels;

namespace SelfHealGitOps.Webhook.Events;

/// <summary>
/// What waits to be sent; bounded in number and in bytes, and never waited for. When it is full the newest are dropped and
/// counted: a refused controller tries again and again, so that what comes last was mostly said before.
/// </summary>
internal sealed class EventQueue(WebhookOptions options)
{
    public const int MostEvents = 2048;

    private const long MostBytes = 16 * 1024 * 1024;

    private readonly Channel<byte[]> waiting = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostEvents) { SingleReader = true });
    private long bytes;
    private long dropped;

    public bool IsOn { get; } = options.EventsUrl is not null;

    public int Waiting => waiting.Reader.Count;

    /// <summary>For want of room.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Dry runs cause nothing outside of their answer.</summary>
    public void Offer(DecisionEvent made)
    {
        if (!IsOn || made.IsDryRun)
        {
            return;
        }

        // Its text is all that is kept: findings of a large object would hold on to far more.
        var text = EventText.Of(made);
        if (Interlocked.Add(ref bytes, text.Length) <= MostBytes && waiting.Writer.TryWrite(text))
        {
            return;
        }

        Interlocked.Add(ref bytes, -text.Length);
        Interlocked.Increment(ref dropped);
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Moves what waits into a batch, as long as it has room for the largest event.</summary>
    public void Fill(List<byte[]> batch, int mostEvents, int mostBytes)
    {
        var size = batch.Sum(text => text.Length);
        while (batch.Count < mostEvents && size + EventText.MaxBytes <= mostBytes && waiting.Reader.TryRead(out var text))
        {
            batch.Add(text);
            size += text.Length;
            Interlocked.Add(ref bytes, -text.Length);
        }
    }
}
