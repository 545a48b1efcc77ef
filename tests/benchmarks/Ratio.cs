using System.Diagnostics;

namespace SelfHealGitOps.Benchmarks;

/// <summary>
/// Times two pieces of work in turn, in one process and one run, and gives their ratio: what the machine does meanwhile
/// befalls both. The median of the rounds counts.
/// </summary>
internal static class Ratio
{
    public static (double Ratio, TimeSpan Ours, TimeSpan Theirs) Of(Action ours, Action theirs, int rounds = 15)
    {
        // Until the compiler has seen enough of both: the instrumented code in between is slower than what came before.
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 3 || Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3); i++)
        {
            ours();
            theirs();
        }

        var (a, b) = (new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            a[i] = Seconds(ours);
            b[i] = Seconds(theirs);
        }

        return (Median([.. a.Zip(b, (x, y) => x / y)]), TimeSpan.FromSeconds(Median(a)), TimeSpan.FromSeconds(Median(b)));
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
