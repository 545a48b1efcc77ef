using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <content>Deleting, and what goes along.</content>
public sealed partial class FakeCluster
{
    private JsonObject Delete(ObjectReference target, DeleteOptions options)
    {
        var live = Existing(target);
        if (options.Uid is not null && options.Uid != live.Text("metadata", "uid"))
        {
            throw FakeRefusal.Conflict(target.Type, target.Name, $"Precondition failed: UID in precondition: {options.Uid}, UID in object meta: {live.Text("metadata", "uid")}");
        }

        if (options.ResourceVersion is not null && options.ResourceVersion != live.Text("metadata", "resourceVersion"))
        {
            throw FakeRefusal.Conflict(
                target.Type,
                target.Name,
                $"Precondition failed: ResourceVersion in precondition: {options.ResourceVersion}, ResourceVersion in object meta: {live.Text("metadata", "resourceVersion")}");
        }

        Admit("DELETE", target.Type, target.Namespace, target.Name, null, null, live, options.DryRun);
        var leaving = (JsonObject)live.DeepClone();
        var isNamespace = target.Type == ResourceTypes.Namespaces;
        if (options.DryRun)
        {
            return HasFinalizers(live) || isNamespace ? leaving : Success();
        }

        if (options.Propagation == Propagation.Orphan)
        {
            Orphan(live.Text("metadata", "uid")!);
        }

        if (!HasFinalizers(live) && !isNamespace)
        {
            Gone(target.Type, target.Namespace, target.Name, live);
            return Success();
        }

        var metadata = Metadata(leaving);
        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = FakeStore.Stamp(time);
            metadata["deletionGracePeriodSeconds"] = 0;
            if (isNamespace)
            {
                leaving["status"] = new JsonObject { ["phase"] = "Terminating" };
            }

            store.Put(target.Type, target.Namespace, target.Name, leaving);
        }

        if (isNamespace)
        {
            Empty(target.Name);
            Reap(target.Type, null, target.Name);
        }

        return leaving;
    }

    /// <summary>Removes what was only waiting for its last finalizer.</summary>
    private void Reap(ResourceType type, string? @namespace, string name)
    {
        if (store.Find(type, @namespace, name) is not { } item || item["metadata"]!["deletionTimestamp"] is null || HasFinalizers(item))
        {
            return;
        }

        if (type == ResourceTypes.Namespaces && store.Everything().Any(each => each.Namespace == name))
        {
            return;
        }

        Gone(type, @namespace, name, item);
    }

    private void Gone(ResourceType type, string? @namespace, string name, JsonObject item)
    {
        store.Remove(type, @namespace, name);
        var uid = item.Text("metadata", "uid");
        foreach (var each in store.Everything())
        {
            if (each.Object["metadata"]?["ownerReferences"] is JsonArray owners
                && owners.OfType<JsonObject>().Any(owner => owner.Text("uid") == uid)
                && !owners.OfType<JsonObject>().Any(owner => Lives(owner.Text("uid"))))
            {
                Discard(each.Type, each.Namespace, each.Name);
            }
        }

        if (@namespace is not null)
        {
            Reap(ResourceTypes.Namespaces, null, @namespace);
        }
    }

    private void Empty(string @namespace)
    {
        foreach (var each in store.Everything().Where(each => each.Namespace == @namespace))
        {
            Discard(each.Type, each.Namespace, each.Name);
        }
    }

    private void Discard(string key, string @namespace, string name)
    {
        var type = types.Find(each => FakeStore.Key(each) == key)!;
        var place = @namespace.Length == 0 ? null : @namespace;
        if (store.Find(type, place, name) is { } item && item["metadata"]!["deletionTimestamp"] is null)
        {
            Delete(new(type, place, name), DeleteOptions.Default);
        }
    }

    private void Orphan(string uid)
    {
        foreach (var each in store.Everything())
        {
            if (each.Object["metadata"]?["ownerReferences"] is JsonArray owners && owners.OfType<JsonObject>().Any(owner => owner.Text("uid") == uid))
            {
                var free = (JsonObject)each.Object.DeepClone();
                var left = owners.OfType<JsonObject>().Where(owner => owner.Text("uid") != uid).Select(owner => owner.DeepClone()).ToArray();
                Metadata(free).Remove("ownerReferences");
                if (left.Length > 0)
                {
                    Metadata(free)["ownerReferences"] = new JsonArray(left);
                }

                store.Put(types.Find(type => FakeStore.Key(type) == each.Type)!, each.Namespace.Length == 0 ? null : each.Namespace, each.Name, free);
            }
        }
    }

    private bool Lives(string? uid) => store.Everything().Any(each => each.Object.Text("metadata", "uid") == uid);
}
