using System.Diagnostics;

namespace SelfHealGitOps.Benchmarks;

/// <summary>What came of some seconds of load.</summary>
internal readonly record struct LoadResult(int Requests, TimeSpan Elapsed, TimeSpan Cpu, TimeSpan Median, TimeSpan Worst1Percent)
{
    public double CpuMicroseconds => Cpu.TotalMicroseconds / Requests;

    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>Connections to one server, all opened before anything is measured; each asks again as soon as it is answered.</summary>
internal sealed class ReviewLoad : IAsyncDisposable
{
    private static long number;
    private readonly ServerProcess server;
    private readonly List<ReviewConnection> connections;

    private ReviewLoad(ServerProcess server, List<ReviewConnection> connections)
    {
        this.server = server;
        this.connections = connections;
    }

    public static async Task<ReviewLoad> OpenAsync(ServerProcess server, int count)
    {
        var connections = new List<ReviewConnection>(count);
        for (var i = 0; i < count; i++)
        {
            connections.Add(await ReviewConnection.OpenAsync(server.EndPoint));
        }

        return new(server, connections);
    }

    public Task<LoadResult> RunAsync(ReviewRequest review, TimeSpan duration, bool judges) => RunAsync([review], duration, long.MaxValue, judges);

    public Task<LoadResult> RunAsync(ReviewRequest[] reviews, long requests, bool judges) => RunAsync(reviews, TimeSpan.MaxValue, requests, judges);

    /// <param name="judges">False for a server that admits everything.</param>
    private async Task<LoadResult> RunAsync(ReviewRequest[] reviews, TimeSpan duration, long requests, bool judges)
    {
        var left = requests;
        var cpu = server.Cpu;
        var start = Stopwatch.GetTimestamp();
        var ticks = await Task.WhenAll(connections.Select(connection => Task.Run(() => AskAsync(connection))));
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = server.Cpu - cpu;
        long[] sorted = [.. ticks.SelectMany(each => each).Order()];
        return new(sorted.Length, elapsed, cpu, At(sorted, 0.5), At(sorted, 0.99));

        async Task<List<long>> AskAsync(ReviewConnection connection)
        {
            var copies = reviews.Select(review => review.Copy()).ToArray();
            var took = new List<long>(16 * 1024);
            while (Stopwatch.GetElapsedTime(start) < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var turn = took.Count % reviews.Length;
                reviews[turn].Number(copies[turn], Interlocked.Increment(ref number));
                var asked = Stopwatch.GetTimestamp();
                var isAdmitted = await connection.AskAsync(copies[turn]);
                took.Add(Stopwatch.GetTimestamp() - asked);
                if (isAdmitted != (reviews[turn].IsGood || !judges))
                {
                    throw new InvalidOperationException($"{server.Name} {(isAdmitted ? "admits" : "refuses")} {reviews[turn].Name}");
                }
            }

            return took;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static TimeSpan At(long[] sorted, double part) =>
        Stopwatch.GetElapsedTime(0, sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))]);
}
