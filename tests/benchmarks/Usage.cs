using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfHealGitOps.Benchmarks;

/// <summary>What a piece of work has used. Linux only.</summary>
/// <param name="Cpu">User and system time; of a process, with those that it started and waited for.</param>
/// <param name="Clock">Zero where it was waited for something else, too.</param>
/// <param name="PeakMiB">The most that was resident at once, in the process itself; 0 for work of our own.</param>
internal sealed record Usage(TimeSpan Clock, TimeSpan Cpu, double PeakMiB)
{
    private const int Children = -1;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static Usage Of(Action work)
    {
        using var self = Process.GetCurrentProcess();
        var (start, cpu) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
        work();
        self.Refresh();
        return new(Stopwatch.GetElapsedTime(start), self.TotalProcessorTime - cpu, 0);
    }

    public static Usage Of(string program, params string[] arguments)
    {
        var before = CpuOfChildren();
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0.0;
        while (!process.WaitForExit(Look))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        var clock = Stopwatch.GetElapsedTime(start);
        var said = output.GetAwaiter().GetResult();
        return process.ExitCode <= 1
            ? new(clock, CpuOfChildren() - before, peak)
            : throw new InvalidOperationException($"{Path.GetFileName(program)} {arguments[0]} ended with {process.ExitCode}: {said}");
    }

    /// <summary>The kernel keeps the highest itself; asked while the process is there.</summary>
    internal static double PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Of all that have ended, and were waited for.</summary>
    private static TimeSpan CpuOfChildren()
    {
        // struct rusage begins with two timevals, user and system; all else is counters: 144 bytes on 64 bits.
        var usage = new long[18];
        if (GetUsage(Children, usage) != 0)
        {
            throw new InvalidOperationException("getrusage failed");
        }

        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, long[] usage);
}
