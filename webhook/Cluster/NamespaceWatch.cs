using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>
/// Keeps <see cref="Namespaces"/> as the cluster has them: lists them, watches from there, and lists again where the server no
/// longer remembers. While the API server cannot be reached, what was known holds on; a namespace that is not known is asked
/// for once, in bounded time, since its first pod often comes before the watch tells of it.
/// </summary>
internal sealed partial class NamespaceWatch(ICluster cluster, Namespaces namespaces, TimeProvider clock, ILogger<NamespaceWatch> logger) : BackgroundService
{
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan QuestionPatience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private const int MostQuestions = 8;

    private ConcurrentDictionary<string, NamespaceFacts>? known;
    private long heardTicks;
    private int questions;

    /// <summary>False until they were listed once.</summary>
    public bool HasListed => Volatile.Read(ref known) is not null;

    /// <summary>When the API server was last heard of: a list, an event, a bookmark, or a watch that ended in order. Null for never.</summary>
    public DateTimeOffset? LastHeard => Volatile.Read(ref heardTicks) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>Asks for one namespace that is not known.</summary>
    public async ValueTask<NamespaceFacts?> AskAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref questions) > MostQuestions)
            {
                return null;
            }

            using var patience = new CancellationTokenSource(QuestionPatience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            if (await cluster.GetAsync(new(ResourceTypes.Namespaces, null, name), either.Token) is not ClusterReply.Done { Object: var found }
                || FactsOf(found) is not { } facts || facts.Name != name)
            {
                return null;
            }

            // What the watch has said meanwhile is newer.
            return Volatile.Read(ref known)?.GetOrAdd(name, facts) ?? facts;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is OperationCanceledException or ArgumentException or InvalidOperationException or JsonException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref questions);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? from = null;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var start = from ?? await ListAsync(stoppingToken);
                if (start is not null)
                {
                    (from, var isInOrder) = await WatchAsync(start, stoppingToken);
                    failures = isInOrder ? 0 : failures;
                    if (isInOrder)
                    {
                        continue;
                    }
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
                from = null;
            }

            failures++;
            await Task.Delay(Pause(failures), clock, stoppingToken);
        }
    }

    /// <summary>Longer each time, and never the same for two replicas: they all lose the API server together.</summary>
    private static TimeSpan Pause(int failures)
    {
        var longest = Math.Min(Math.Pow(2, Math.Min(failures, 10)) * 0.25, LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    /// <returns>Where to watch from; null where it failed.</returns>
    private async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ListPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        switch (await cluster.ListAllAsync(ResourceTypes.Namespaces, null, new(), either.Token))
        {
            case ListReply.Listed(var items, var version):
                var all = new ConcurrentDictionary<string, NamespaceFacts>(StringComparer.Ordinal);
                foreach (var facts in items.Select(FactsOf).OfType<NamespaceFacts>())
                {
                    all[facts.Name] = facts;
                }

                Volatile.Write(ref known, all);
                namespaces.Replace(all);
                Hear();
                LogListed(all.Count);
                return version;
            case ListReply.Failed(var why):
                LogNotListed(why.Problem ?? "no reason was given");
                return null;
            default:
                return null;
        }
    }

    /// <returns>Where to go on, null for a new list; and whether it may go on at once.</returns>
    private async Task<(string? From, bool IsInOrder)> WatchAsync(string from, CancellationToken cancellationToken)
    {
        var all = known!;
        var heard = false;
        await foreach (var told in cluster.WatchAsync(ResourceTypes.Namespaces, null, new() { ResourceVersion = from }, cancellationToken))
        {
            switch (told)
            {
                case WatchEvent.Added(var added):
                    from = Take(all, added, isGone: false) ?? from;
                    break;
                case WatchEvent.Modified(var modified):
                    from = Take(all, modified, isGone: false) ?? from;
                    break;
                case WatchEvent.Deleted(var deleted):
                    from = Take(all, deleted, isGone: true) ?? from;
                    break;
                case WatchEvent.Bookmark(var version):
                    from = version;
                    break;
                case WatchEvent.Error(var status):
                    LogEnded(status.ToString());

                    // Forgotten versions are part of the order of things; the list that follows is not asked for in a hurry, though.
                    return (null, false);
                case WatchEvent.Broken(var reason, _):
                    LogEnded(reason);
                    return (from, heard);
            }

            heard = true;
            Hear();
        }

        Hear();
        return (from, true);
    }

    private static string? Take(ConcurrentDictionary<string, NamespaceFacts> all, JsonObject told, bool isGone)
    {
        if (FactsOf(told) is { } facts)
        {
            if (isGone)
            {
                all.TryRemove(facts.Name, out _);
            }
            else
            {
                all[facts.Name] = facts;
            }
        }

        return TextOf(told["metadata"]?["resourceVersion"]);
    }

    private static NamespaceFacts? FactsOf(JsonObject found)
    {
        if (TextOf(found["metadata"]?["name"]) is not { } name)
        {
            return null;
        }

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in found["metadata"]?["labels"] as JsonObject ?? [])
        {
            if (TextOf(value) is { } text)
            {
                labels[key] = text;
            }
        }

        return new(name, labels);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private void Hear() => Volatile.Write(ref heardTicks, clock.GetUtcNow().UtcTicks);

    [LoggerMessage(LogLevel.Information, "{Count} namespaces listed")]
    private partial void LogListed(int count);

    [LoggerMessage(LogLevel.Warning, "Namespaces cannot be listed: {Reason}")]
    private partial void LogNotListed(string reason);

    [LoggerMessage(LogLevel.Debug, "The watch of namespaces has ended: {Reason}")]
    private partial void LogEnded(string reason);

    [LoggerMessage(LogLevel.Error, "Watching namespaces failed")]
    private partial void LogFailed(Exception exception);
}
