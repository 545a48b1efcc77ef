using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>
/// Finds the owner of a ReplicaSet or Job that owns a pod, which the review of the pod does not tell: by asking the cluster,
/// in bounded time, and by the names where there is none. What cannot be found is not inherited from.
/// </summary>
internal sealed class TopOwners(TimeProvider clock, ICluster? cluster = null)
{
    /// <summary>A pod waits for its owner as long as this; for its exemption it may try again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>A ReplicaSet changes its owner hardly ever, and its pods come in a bunch.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const int MostCached = 2048;
    private const int MostQuestions = 16;

    private readonly ConcurrentDictionary<(string Kind, string Namespace, string Name, string Uid), (ObjectIdentity? Top, long Known)> cache = new();
    private int questions;

    /// <param name="owner">The direct owner, which a built-in controller has written.</param>
    /// <param name="made">The object that it owns.</param>
    public ValueTask<ObjectIdentity?> FindAsync(ObjectIdentity owner, Field made, CancellationToken cancellationToken)
    {
        if (cluster is null)
        {
            return new(ControllerOwner.TopByName(owner, made));
        }

        if (!ControllerOwner.MayHaveOwner(owner))
        {
            return new(owner);
        }

        if (UidOf(made) is not { Length: > 0 } uid || owner is not { Namespace: { } @namespace, Name: { } name })
        {
            return default;
        }

        return cache.TryGetValue((owner.Kind, @namespace, name, uid), out var cached) && clock.GetElapsedTime(cached.Known) < Lifetime
            ? new(cached.Top)
            : AskAsync(cluster, owner, @namespace, name, uid, cancellationToken);
    }

    private async ValueTask<ObjectIdentity?> AskAsync(
        ICluster asked, ObjectIdentity owner, string @namespace, string name, string uid, CancellationToken cancellationToken)
    {
        // Whoever finds every question taken is told nothing, rather than made to wait.
        try
        {
            if (Interlocked.Increment(ref questions) > MostQuestions)
            {
                return null;
            }

            using var patience = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            var type = owner.Kind == "Job" ? ResourceTypes.Jobs : ResourceTypes.ReplicaSets;
            var reply = await asked.GetAsync(new(type, @namespace, name), either.Token);
            if (reply is not ClusterReply.Done { Object: var found } || TextOf(found["metadata"]?["uid"]) != uid)
            {
                return null;
            }

            var top = OwnerIn(found, owner, @namespace);
            if (cache.Count >= MostCached)
            {
                cache.Clear();
            }

            cache[(owner.Kind, @namespace, name, uid)] = (top, clock.GetTimestamp());
            return top;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is OperationCanceledException or ArgumentException or InvalidOperationException or System.Text.Json.JsonException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref questions);
        }
    }

    /// <summary>The Deployment above a ReplicaSet, the CronJob above a Job; the owner itself where it has none of that kind.</summary>
    private static ObjectIdentity OwnerIn(JsonObject found, ObjectIdentity owner, string @namespace)
    {
        var (apiVersion, kind) = owner.Kind == "Job" ? ("batch/v1", "CronJob") : ("apps/v1", "Deployment");
        foreach (var reference in (found["metadata"]?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (reference["controller"] is JsonValue controller && controller.TryGetValue(out bool controls) && controls)
            {
                return TextOf(reference["apiVersion"]) == apiVersion && TextOf(reference["kind"]) == kind && TextOf(reference["name"]) is { } name
                    ? new(apiVersion, kind, @namespace, name)
                    : owner;
            }
        }

        return owner;
    }

    private static string? UidOf(Field made)
    {
        foreach (var reference in made[Name.Metadata][Name.OwnerReferences].Elements)
        {
            if (reference[Name.Controller].IsTrue)
            {
                return reference[Name.Uid].Text;
            }
        }

        return null;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
