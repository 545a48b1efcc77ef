using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// One candidate's view of a Lease. The clocks of others count for nothing: a lease has run out when it has not changed
/// for its duration as measured here, since it was first seen so. Writes carry the resource version that was read, so
/// that of two who try at once one gets it. Not safe for use by several threads. Source: client-go, tools/leaderelection.
/// </summary>
/// <param name="identity">Ours alone, and another after a restart where the work of two starts must not overlap.</param>
public sealed class LeaseClaim(ICluster cluster, string @namespace, string name, string identity, TimeSpan duration, TimeProvider time)
{
    private readonly ObjectReference target = new(ResourceTypes.Leases, @namespace, name);
    private JsonObject? seen;
    private string seenSpec = "";
    private long seenAt;

    /// <summary>Who held it when it was last seen; empty for nobody.</summary>
    public string Holder => (seen?["spec"] as JsonObject)?.Text("holderIdentity") ?? "";

    /// <summary>Gets the lease if it is free, or renews it if it is ours.</summary>
    public async Task<LeaseAttempt> TryAsync(CancellationToken cancellationToken)
    {
        var reply = await cluster.GetAsync(target, cancellationToken).ConfigureAwait(false);
        if (reply is ClusterReply.Refused { Status.IsNotFound: true })
        {
            return await CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        if (reply is not ClusterReply.Done done)
        {
            return new LeaseAttempt.Failed(reply);
        }

        See(done.Object);
        var spec = done.Object["spec"] as JsonObject ?? [];
        var isOurs = Holder == identity;
        if (!isOurs && Holder.Length > 0 && time.GetElapsedTime(seenAt) < DurationOf(spec))
        {
            return new LeaseAttempt.HeldByOther(Holder);
        }

        var transitions = spec["leaseTransitions"] is JsonValue count && count.TryGetValue(out int number) ? number : 0;
        var mine = (JsonObject)done.Object.DeepClone();
        mine["spec"] = isOurs
            ? Spec(transitions, spec.Text("acquireTime"))
            : Spec(transitions + 1, null);
        return await WriteAsync(mine, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets others have it at once. Nothing happens where it is not ours.</summary>
    public async Task<LeaseAttempt> ReleaseAsync(CancellationToken cancellationToken)
    {
        if (seen is null || Holder != identity)
        {
            return new LeaseAttempt.HeldByOther(Holder);
        }

        var free = (JsonObject)seen.DeepClone();
        var spec = (JsonObject)free["spec"]!;
        spec["holderIdentity"] = "";
        spec["leaseDurationSeconds"] = 1;
        spec["renewTime"] = Now();
        return await WriteAsync(free, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LeaseAttempt> CreateAsync(CancellationToken cancellationToken)
    {
        var lease = new JsonObject
        {
            ["apiVersion"] = target.Type.ApiVersion,
            ["kind"] = target.Type.Kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
            ["spec"] = Spec(0, null),
        };
        return Written(await cluster.CreateAsync(target.Type, @namespace, lease, WriteOptions.Default, cancellationToken).ConfigureAwait(false));
    }

    private async Task<LeaseAttempt> WriteAsync(JsonObject lease, CancellationToken cancellationToken) =>
        Written(await cluster.ReplaceAsync(target, lease, WriteOptions.Default, cancellationToken).ConfigureAwait(false));

    private LeaseAttempt Written(ClusterReply reply)
    {
        if (reply is not ClusterReply.Done done)
        {
            return new LeaseAttempt.Failed(reply);
        }

        See(done.Object);
        return new LeaseAttempt.Held();
    }

    private void See(JsonObject lease)
    {
        var spec = lease["spec"]?.ToJsonString() ?? "";
        if (seen is null || spec != seenSpec)
        {
            seenSpec = spec;
            seenAt = time.GetTimestamp();
        }

        seen = lease;
    }

    private JsonObject Spec(int transitions, string? acquired) => new()
    {
        ["holderIdentity"] = identity,
        ["leaseDurationSeconds"] = (int)Math.Ceiling(duration.TotalSeconds),
        ["acquireTime"] = acquired ?? Now(),
        ["renewTime"] = Now(),
        ["leaseTransitions"] = transitions,
    };

    // What its holder promised; it may be configured otherwise than we are.
    private TimeSpan DurationOf(JsonObject spec) =>
        spec["leaseDurationSeconds"] is JsonValue value && value.TryGetValue(out int seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : duration;

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
