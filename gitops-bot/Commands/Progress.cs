using System.Diagnostics;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>Says on a terminal, and nowhere else, how far a long scan is.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly bool isShown;
    private readonly int total;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private TimeSpan last = Patience;
    private bool hasWritten;

    private Progress(int total, bool isShown) => (this.total, this.isShown) = (total, isShown);

    public static Progress Start(int total) => new(total, !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public void Report(int done)
    {
        if (!isShown || watch.Elapsed < last)
        {
            return;
        }

        lock (gate)
        {
            last = watch.Elapsed + TimeSpan.FromMilliseconds(100);
            hasWritten = true;
            Console.Error.Write($"\r{done} of {total} files");
        }
    }

    public void Dispose()
    {
        if (hasWritten)
        {
            Console.Error.Write("\r\e[K");
        }
    }
}
