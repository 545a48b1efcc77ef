using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>
/// By what it is seen that an action has done what it was for. <c>progressDeadlineSeconds</c> is no such sign: it may be set
/// to hours.
/// </summary>
internal abstract record ActionSignal
{
    public abstract Task<SignalReading> LookAsync(ICluster cluster, CancellationToken cancellationToken);

    /// <summary>Tells of whatever may change the answer.</summary>
    public abstract IAsyncEnumerable<WatchEvent> Watch(ICluster cluster, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>How often containers of these pods have restarted that were made since.</summary>
    private protected static int RestartsOf(IEnumerable<JsonObject> pods, DateTimeOffset since) => pods
        .Where(pod => DateTimeOffset.TryParse(pod.Text("metadata", "creationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made)
            && made >= since.AddTicks(-(since.Ticks % TimeSpan.TicksPerSecond)))
        .SelectMany(pod => ((string[])["containerStatuses", "initContainerStatuses"]).SelectMany(key => (pod["status"]?[key] as JsonArray ?? []).OfType<JsonObject>()))
        .Sum(status => Workload.Number(status, "restartCount") ?? 0);
}

/// <param name="IsThere">What was expected is there.</param>
/// <param name="Restarts">Of containers in pods that were made since: more than none is not what was hoped for.</param>
/// <param name="Seen">In words; of numbers and our own words only.</param>
internal readonly record struct SignalReading(bool IsThere, int Restarts, string Seen);
