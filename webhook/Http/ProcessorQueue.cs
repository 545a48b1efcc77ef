namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// How long work waits before a thread takes it up. Reviews do not wait for each other but for a processor, where no count of
/// theirs shows it; so a thread of its own asks the pool ten times a second to run nothing, and looks how long that takes.
/// </summary>
internal sealed class ProcessorQueue : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Beyond this no corrections are made. The API server waits three seconds, and for two webhooks.</summary>
    public static readonly TimeSpan MostForCorrections = TimeSpan.FromMilliseconds(500);

    /// <summary>Beyond this verdicts would come too late for most.</summary>
    public static readonly TimeSpan MostForVerdicts = TimeSpan.FromMilliseconds(1500);

    private const int PeriodMs = 100;

    private readonly TimeProvider clock;
    private readonly ManualResetEventSlim isOver = new();
    private long asked;
    private long waitTicks;
    private long overloadedSince;

    public ProcessorQueue(TimeProvider clock) => this.clock = clock;

    /// <summary>How long the last question has waited, or one that is not answered yet.</summary>
    public TimeSpan Wait => new(Volatile.Read(ref waitTicks));

    /// <summary>How long verdicts have been refused without a break; zero where they are not.</summary>
    public TimeSpan OverloadedFor => Volatile.Read(ref overloadedSince) is var since and not 0 ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    public bool IsTooLong(bool mutates) => Volatile.Read(ref waitTicks) > (mutates ? MostForCorrections : MostForVerdicts).Ticks;

    public void Start() => new Thread(Ask) { IsBackground = true, Name = "processor-queue" }.Start();

    /// <summary>Takes a measurement for true.</summary>
    public void Note(TimeSpan wait)
    {
        Volatile.Write(ref waitTicks, wait.Ticks);
        if (wait <= MostForVerdicts)
        {
            Volatile.Write(ref overloadedSince, 0);
        }
        else if (overloadedSince == 0)
        {
            Volatile.Write(ref overloadedSince, clock.GetTimestamp());
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var wait = clock.GetElapsedTime(Volatile.Read(ref asked));
        Volatile.Write(ref asked, 0);
        if (!isOver.IsSet)
        {
            Note(wait);
        }
    }

    /// <summary>Ends the measuring; what was measured last is forgotten.</summary>
    public void Dispose()
    {
        isOver.Set();
        Note(TimeSpan.Zero);
    }

    private void Ask()
    {
        while (!isOver.Wait(PeriodMs))
        {
            var pending = Volatile.Read(ref asked);
            if (pending == 0)
            {
                Volatile.Write(ref asked, clock.GetTimestamp());
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            else if (clock.GetElapsedTime(pending) is var wait && wait > Wait)
            {
                Note(wait);
            }
        }
    }
}
