using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SelfHealGitOps.Benchmarks;

/// <summary>A server as a process of its own, and what it has used so far. Linux only.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(string name, Process process, IPEndPoint endPoint, long startedAt)
    {
        Name = name;
        this.process = process;
        EndPoint = endPoint;
        StartedAt = startedAt;
    }

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>The <see cref="Stopwatch"/>'s timestamp.</summary>
    public long StartedAt { get; }

    /// <summary>User and system time of all threads that there are and were: the process's own clock, exact to the nanosecond.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // Made up as in clock_getcpuclockid(3): the complement of the process id, and the scheduler's clock.
            if (ClockGetTime((~process.Id << 3) | 2, out var time) != 0)
            {
                throw new InvalidOperationException($"{Name} has ended");
            }

            return new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
        }
    }

    public double ResidentMiB
    {
        get
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        }
    }

    /// <param name="arguments">Given where to listen.</param>
    public static ServerProcess Start(string program, Func<string, IEnumerable<string>> arguments)
    {
        var endPoint = FreeEndPoint();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments(endPoint.ToString()))
        {
            start.ArgumentList.Add(argument);
        }

        // A line per request would be all that is measured.
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning";
        var startedAt = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(Path.GetFileName(program), process, endPoint, startedAt);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
