using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>The object at the end of an object's owners: Pod, ReplicaSet, Deployment. Only that is declared anywhere.</summary>
internal abstract record RootOwner
{
    // Kubernetes' own chains have three links; a ring has no end.
    private const int MostLinks = 8;

    private RootOwner()
    {
    }

    /// <param name="Chain">From the object to the root, for people; one entry where it has no owner.</param>
    public sealed record Found(JsonObject Root, IReadOnlyList<string> Chain) : RootOwner;

    public sealed record Lost(string Why) : RootOwner;

    public static async Task<RootOwner> FindAsync(ICluster cluster, ServedTypes types, JsonObject item, CancellationToken cancellationToken)
    {
        var chain = new List<string>();
        for (var at = item; ; )
        {
            var label = LabelOf(at);
            chain.Add(label);
            if (OwnerOf(at, out var problem) is not { } owner)
            {
                return problem is null ? new Found(at, chain) : new Lost($"{label} {problem}");
            }

            var name = $"{owner.Text("kind")} {owner.Text("name")}";
            if (chain.Count == MostLinks)
            {
                return new Lost($"the owners of {chain[0]} do not end after {MostLinks}");
            }

            if (await types.FindAsync(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "", cancellationToken).ConfigureAwait(false) is not { } type)
            {
                return new Lost($"{label} is owned by {name}, of a type that the cluster does not serve");
            }

            var target = new ObjectReference(type, type.IsNamespaced ? at.Text("metadata", "namespace") : null, owner.Text("name") ?? "");
            switch (await cluster.GetAsync(target, cancellationToken).ConfigureAwait(false))
            {
                // Another of the same name does not own it.
                case ClusterReply.Done done when owner.Text("uid") is not { } uid || done.Object.Text("metadata", "uid") == uid:
                    at = done.Object;
                    at["apiVersion"] ??= type.ApiVersion;
                    at["kind"] ??= type.Kind;
                    break;
                case ClusterReply.Done or ClusterReply.Refused { Status.IsNotFound: true }:
                    return new Lost($"{label} is owned by {name}, which is gone");
                case var reply:
                    return new Lost($"{label} is owned by {name}, which could not be read: {reply.Problem}");
            }
        }
    }

    public static string LabelOf(JsonObject item) =>
        $"{item.Text("kind")} {(item.Text("metadata", "namespace") is { } @namespace ? @namespace + "/" : "")}{item.Text("metadata", "name")}";

    private static JsonObject? OwnerOf(JsonObject item, out string? problem)
    {
        problem = null;
        JsonObject[] owners = [.. ((item["metadata"] as JsonObject)?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>()];
        if (owners.Where(owner => owner.IsTrue("controller")).ToList() is [var controller])
        {
            return controller;
        }

        problem = owners.Length > 1 ? $"has {owners.Length} owners, and none that controls it" : null;
        return owners is [var only] ? only : null;
    }
}

/// <summary>The types of a cluster by what objects say of themselves; discovery is asked once, when one is met that every cluster has not.</summary>
internal sealed class ServedTypes(ICluster cluster)
{
    private static readonly ResourceType[] Common =
    [
        ResourceTypes.Pods, ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets,
        ResourceTypes.Jobs, ResourceTypes.CronJobs, ResourceTypes.Nodes, ResourceTypes.Services,
    ];

    private Discovery? discovery;

    public async Task<ResourceType?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        Common.FirstOrDefault(type => type.ApiVersion == apiVersion && type.Kind == kind)
        ?? (await DiscoverAsync(cancellationToken).ConfigureAwait(false))?.Find(apiVersion, kind)?.Type;

    /// <summary>By kind, plural or short name, in any case, with a group behind a dot or without, as kubectl takes it.</summary>
    public async Task<ResourceType?> FindAsync(string word, CancellationToken cancellationToken)
    {
        var dot = word.IndexOf('.', StringComparison.Ordinal);
        var (name, group) = dot < 0 ? (word, null) : (word[..dot], word[(dot + 1)..]);
        var resources = (await DiscoverAsync(cancellationToken).ConfigureAwait(false))?.Resources ?? [];
        return resources
            .Where(each => each.IsPreferred && (group is null || each.Type.Group == group)
                && each.ShortNames.Append(each.Type.Kind).Append(each.Type.Plural).Contains(name, StringComparer.OrdinalIgnoreCase))
            .Select(each => each.Type)
            .FirstOrDefault();
    }

    private async Task<Discovery?> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (discovery is null && await cluster.DiscoverAsync(cancellationToken).ConfigureAwait(false) is DiscoveryReply.Found found)
        {
            discovery = found.Discovery;
        }

        return discovery;
    }
}
