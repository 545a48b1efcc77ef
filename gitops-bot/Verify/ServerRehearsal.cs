using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>What the API server answered about one touched object, as it is and as it will be.</summary>
/// <param name="NotAsked">Why it could not be asked; null where it was.</param>
/// <param name="Exists">Whether the object is live.</param>
/// <param name="Before">Null where the version that the file names is not served.</param>
internal sealed record ServerAnswer(ObjectPair Pair, string? NotAsked, bool Exists, ClusterReply? Before, ClusterReply? After);

/// <summary>
/// Dry runs of the touched objects, each asked once for all gates. An object that is not live is created; one that is live is
/// applied over what is there by the field manager that Argo CD uses, and as Argo CD does, with force: what others own is
/// no conflict. Server-side apply leaves fields that another manager has set; as a client-side apply would take them away
/// with the file, they are taken away by a second, dry, replacement.
/// </summary>
internal sealed class ServerRehearsal(ClusterTarget cluster, IReadOnlyList<ObjectPair> pairs)
{
    public const string FieldManager = "argocd-controller";

    private static readonly WriteOptions Dry = new() { DryRun = true, FieldManager = FieldManager, FieldValidation = FieldValidation.Warn, Force = true };

    private IReadOnlyList<ServerAnswer>? admitted;

    public ClusterTarget Cluster => cluster;

    /// <summary>Through admission, with unknown fields as warnings.</summary>
    public async Task<IReadOnlyList<ServerAnswer>> AdmitAsync(CancellationToken cancellationToken) =>
        admitted ??= await AskAsync(AdmitAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>By the server's schema: created dry and strict, whether it is live or not.</summary>
    public Task<IReadOnlyList<ServerAnswer>> ValidateAsync(CancellationToken cancellationToken) => AskAsync(ValidateAsync, cancellationToken);

    private async Task<IReadOnlyList<ServerAnswer>> AskAsync(
        Func<ObjectPair, ObjectPlace?, ObjectPlace, CancellationToken, Task<ServerAnswer>> ask, CancellationToken cancellationToken)
    {
        var answers = new List<ServerAnswer>();
        var discovery = await cluster.DiscoverAsync(cancellationToken).ConfigureAwait(false);
        foreach (var pair in pairs.Where(pair => pair.IsTouched))
        {
            if (discovery is not DiscoveryReply.Found { Discovery: var served })
            {
                answers.Add(new(pair, $"what {cluster.Name} serves is not known: {(discovery as DiscoveryReply.Failed)?.Why.Problem}", false, null, null));
                continue;
            }

            var before = ObjectPlace.Of(pair.BeforeTree as JsonObject, served, cluster.DefaultNamespace);
            if (ObjectPlace.Of(pair.AfterTree as JsonObject, served, cluster.DefaultNamespace) is not { } after)
            {
                var type = $"{(pair.AfterTree as JsonObject)?.Text("apiVersion")} {pair.Identity.Kind}";
                answers.Add(new(pair, $"{cluster.Name} does not serve {type}", false, null, null));
                continue;
            }

            answers.Add(await ask(pair, before, after, cancellationToken).ConfigureAwait(false));
        }

        return answers;
    }

    private async Task<ServerAnswer> AdmitAsync(ObjectPair pair, ObjectPlace? before, ObjectPlace after, CancellationToken cancellationToken)
    {
        var exists = false;
        if (after.Reference is { } reference)
        {
            switch (await cluster.Api.GetAsync(reference, cancellationToken).ConfigureAwait(false))
            {
                case ClusterReply.Done:
                    exists = true;
                    break;
                case ClusterReply.Refused { Status.IsNotFound: true }:
                    break;
                case var other:
                    return new(pair, $"whether it is live is not known: {other.Problem}", false, null, null);
            }
        }

        var one = before is null ? null : await DryRunAsync(before, exists, cancellationToken).ConfigureAwait(false);
        var two = await DryRunAsync(after, exists, cancellationToken).ConfigureAwait(false);
        if (exists && two is ClusterReply.Done done && Without(done.Object, pair) is { } less)
        {
            var replaced = await cluster.Api.ReplaceAsync(after.Reference!, ClusterWrites.Utf8(less), Dry with { Force = false }, cancellationToken).ConfigureAwait(false);
            two = replaced is ClusterReply.Done accepted ? accepted with { Warnings = [.. done.Warnings.Union(accepted.Warnings)] } : replaced;
        }

        return new(pair, null, exists, one, two);
    }

    private async Task<ServerAnswer> ValidateAsync(ObjectPair pair, ObjectPlace? before, ObjectPlace after, CancellationToken cancellationToken) =>
        new(pair, null, false, before is null ? null : await StrictAsync(before, cancellationToken).ConfigureAwait(false), await StrictAsync(after, cancellationToken).ConfigureAwait(false));

    private Task<ClusterReply> DryRunAsync(ObjectPlace place, bool exists, CancellationToken cancellationToken) => exists
        ? cluster.Api.PatchAsync(place.Reference!, PatchType.Apply, ClusterWrites.Utf8(place.Intent), Dry, cancellationToken)
        : cluster.Api.CreateAsync(place.Type, place.Namespace, ClusterWrites.Utf8(place.Intent), Dry with { Force = false }, cancellationToken);

    private async Task<ClusterReply> StrictAsync(ObjectPlace place, CancellationToken cancellationToken)
    {
        var options = Dry with { Force = false, FieldValidation = FieldValidation.Strict };
        var reply = await cluster.Api.CreateAsync(place.Type, place.Namespace, ClusterWrites.Utf8(place.Intent), options, cancellationToken).ConfigureAwait(false);

        // Fields are looked at before the namespace is, and values after it: a namespace that is there lets those be seen, too.
        if (reply is ClusterReply.Refused { Status.IsNotFound: true } && place.Namespace is not null and not "default")
        {
            var moved = place with { Namespace = "default", Intent = (JsonObject)place.Intent.DeepClone() };
            moved.Intent["metadata"]!["namespace"] = "default";
            reply = await cluster.Api.CreateAsync(moved.Type, moved.Namespace, ClusterWrites.Utf8(moved.Intent), options, cancellationToken).ConfigureAwait(false);
        }

        return reply;
    }

    /// <summary>The answer without what the file does not have any more; null where nothing of it is left there.</summary>
    private static JsonObject? Without(JsonObject answer, ObjectPair pair)
    {
        JsonObject? less = null;
        foreach (var path in pair.Changes.Where(change => change.IsRemoved).Select(change => Gone(change.Path, pair.AfterTree)).DistinctBy(path => string.Join('\n', path)))
        {
            less ??= (JsonObject)answer.DeepClone();
            switch (TreePath.Find(less, path.Take(path.Count - 1)))
            {
                case JsonObject map:
                    map.Remove(path[^1]);
                    break;
                case JsonArray list when TreePath.Find(list, [path[^1]]) is { } element:
                    list.Remove(element);
                    break;
            }
        }

        return less is null || Manifests.JsonEquality.AreEqual(less, answer) ? null : less;
    }

    /// <summary>As short a path as is gone.</summary>
    private static IReadOnlyList<string> Gone(IReadOnlyList<string> path, JsonNode? after)
    {
        for (var length = 1; length < path.Count; length++)
        {
            if (!TreePath.Exists(after, path.Take(length)))
            {
                return [.. path.Take(length)];
            }
        }

        return path;
    }
}

/// <summary>Where an object goes, and what of it is written.</summary>
/// <param name="Intent">Without what only the server sets.</param>
internal sealed record ObjectPlace(ResourceType Type, string? Namespace, string? Name, JsonObject Intent)
{
    /// <summary>Null where the server makes up the name.</summary>
    public ObjectReference? Reference => Name is null ? null : new(Type, Namespace, Name);

    /// <summary>Null where the cluster does not serve the object's type.</summary>
    public static ObjectPlace? Of(JsonObject? tree, Discovery served, string defaultNamespace)
    {
        if (tree?.Text("apiVersion") is not { } apiVersion || tree.Text("kind") is not { } kind || served.Find(apiVersion, kind) is not { Type: var type } || tree["metadata"] is not JsonObject)
        {
            return null;
        }

        var intent = (JsonObject)tree.DeepClone();
        var metadata = (JsonObject)intent["metadata"]!;
        foreach (var key in (string[])["uid", "resourceVersion", "managedFields", "creationTimestamp", "generation", "selfLink"])
        {
            metadata.Remove(key);
        }

        intent.Remove("status");
        var @namespace = type.IsNamespaced ? metadata.Text("namespace") is { Length: > 0 } own ? own : defaultNamespace : null;
        return new(type, @namespace, metadata.Text("name"), intent);
    }
}
