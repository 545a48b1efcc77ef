using System.Threading.Channels;

namespace SelfHealGitOps.Bot;

/// <summary>
/// Pass after pass. Repositories take turns, each at its own time: one that fails is tried again later and later, up to an
/// hour, and holds up none of the others.
/// </summary>
internal sealed class Daemon(HealingBot bot, Action<PassReport> done)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Channel<string> hints = Channel.CreateBounded<string>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Something has happened there: its pass comes next. Said any number of times, it is one pass.</summary>
    /// <param name="repository">By its name in the configuration.</param>
    public void Hint(string repository) => hints.Writer.TryWrite(repository);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var clock = bot.Clock;
        var next = bot.Configuration.Repositories.ToDictionary(repository => repository.Name, _ => clock.GetUtcNow(), StringComparer.Ordinal);
        var failures = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var repository in bot.Configuration.Repositories.Where(repository => next[repository.Name] <= clock.GetUtcNow()))
            {
                var report = await bot.PassAsync(repository, cancellationToken);
                done(report);
                failures[repository.Name] = report.Failure is null ? 0 : failures.GetValueOrDefault(repository.Name) + 1;
                next[repository.Name] = clock.GetUtcNow() + PauseAfter(failures[repository.Name]);
            }

            var pause = next.Values.DefaultIfEmpty(clock.GetUtcNow() + bot.Configuration.Interval).Min() - clock.GetUtcNow();
            foreach (var hinted in await WaitAsync(pause, cancellationToken))
            {
                if (next.ContainsKey(hinted))
                {
                    next[hinted] = clock.GetUtcNow();
                }
            }
        }
    }

    /// <summary>With up to a fifth more, so that many bots that were started together do not ask together.</summary>
    private TimeSpan PauseAfter(int failed)
    {
        var pause = bot.Configuration.Interval * Math.Pow(2, Math.Min(failed, 10));
        pause = pause < LongestPause || failed == 0 ? pause : LongestPause;
#pragma warning disable CA5394 // Nothing depends on it that anybody could gain by guessing.
        return pause * (1 + (Random.Shared.NextDouble() / 5));
#pragma warning restore CA5394
    }

    private async Task<IReadOnlyList<string>> WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var hinted = new List<string>();
        using var time = new CancellationTokenSource(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, bot.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            hinted.Add(await hints.Reader.ReadAsync(either.Token));
            while (hints.Reader.TryRead(out var more))
            {
                hinted.Add(more);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has come.
        }
        catch (OperationCanceledException)
        {
            // Told to stop: between two passes, nothing is half done.
        }

        return hinted;
    }
}
