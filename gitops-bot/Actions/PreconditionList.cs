using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>What was checked so far, each with its time.</summary>
internal sealed class PreconditionList(TimeProvider clock)
{
    private readonly List<Precondition> all = [];

    public IReadOnlyList<Precondition> All => all;

    public bool Hold => all.TrueForAll(each => each.Holds);

    public ActionReading.Void Void => new(all);

    public void Add(string what, bool holds, string seen) => all.Add(new(what, holds, seen, clock.GetUtcNow()));

    /// <summary>The object, where it is there and stays.</summary>
    public void AddLive(JsonObject live) => Add(
        "the object is there, and is not being deleted",
        live["metadata"]?["deletionTimestamp"] is null,
        live.Text("metadata", "deletionTimestamp") is { } since ? $"being deleted since {since}" : $"uid {live.Text("metadata", "uid")}");

    /// <summary>Reads an object that has to be there.</summary>
    /// <returns>The object, or what to answer in its place.</returns>
    public async Task<(JsonObject? Live, ActionReading? Otherwise)> ReadAsync(ICluster cluster, ObjectReference target, CancellationToken cancellationToken)
    {
        switch (await cluster.GetAsync(target, cancellationToken))
        {
            case ClusterReply.Done done:
                return (done.Object, null);
            case ClusterReply.Refused { Status.IsNotFound: true }:
                Add($"{target} is there", holds: false, "it is not");
                return (null, Void);
            case var reply:
                return (null, new ActionReading.Unknown($"{target}: {reply.Problem}"));
        }
    }
}
