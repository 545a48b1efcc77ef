using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>What the process takes, and what it is.</summary>
internal static class ProcessMetrics
{
    /// <summary>The release, as <c>--version</c> prints it.</summary>
    public static string Version { get; } =
        typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void Write(PrometheusText text)
    {
        text.Gauge("selfheal_build_info", "The release and the runtime it runs on; always 1.");
        text.Sample(1, ("version", Version), ("runtime", RuntimeInformation.FrameworkDescription));

        using var process = Process.GetCurrentProcess();
        text.Counter("process_cpu_seconds_total", "Time that processors have spent on the process, in seconds.", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Gauge("process_resident_memory_bytes", "Memory that the process has in RAM.", Environment.WorkingSet);
        text.Gauge(
            "process_start_time_seconds", "When the process began, in seconds since 1970.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        text.Gauge("process_threads", "Threads of the process.", process.Threads.Count);
        text.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
        text.Gauge("dotnet_heap_bytes", "Managed memory in use, garbage that was not collected yet included.", GC.GetTotalMemory(forceFullCollection: false));
        text.Counter("dotnet_allocated_bytes_total", "Managed memory that was ever allocated.", GC.GetTotalAllocatedBytes());
        text.Counter("dotnet_gc_pause_seconds_total", "Time that threads stood still for the garbage collector.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Counter("dotnet_gc_collections_total", "Collections, by the oldest generation that was collected.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
            text.Sample(GC.CollectionCount(generation) - older, ("generation", $"{generation}"));
        }
    }
}
