using System.Diagnostics;
using System.Globalization;

namespace SelfHealGitOps.Benchmarks;

/// <summary>A process that goes on, measured between two lines that it prints. Linux only.</summary>
internal sealed class RunningProcess : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    /// <summary>Of the kernel's times in <c>/proc</c>: 100 a second on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly Process process;

    public RunningProcess(string program, params string[] arguments) =>
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    /// <summary>User and system time so far, with those processes that it started and waited for.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // The name in brackets may hold anything; what comes after it has no spaces: utime, stime, cutime, cstime are the 12th to the 15th.
            var stat = File.ReadAllText($"/proc/{process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds(fields[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    public double PeakMiB => Usage.PeakOf(process.Id);

    public void WaitForLine(Func<string, bool> isIt)
    {
        using var time = new CancellationTokenSource(Most);
        while (process.StandardOutput.ReadLineAsync(time.Token).AsTask().GetAwaiter().GetResult() is { } line)
        {
            if (isIt(line))
            {
                return;
            }
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} ended before it said what it was waited for");
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
