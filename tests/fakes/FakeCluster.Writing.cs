using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <content>Making and changing.</content>
public sealed partial class FakeCluster
{
    private ClusterReply.Done Create(ResourceType type, string? @namespace, JsonObject body, WriteOptions options)
    {
        Require(type);
        CheckIdentity(type, @namespace, null, body);
        if (!string.IsNullOrEmpty(body.Text("metadata", "resourceVersion")))
        {
            throw FakeRefusal.BadRequest("resourceVersion should not be set on objects to be created");
        }

        var made = Prepare(type, @namespace, body);
        var name = made.Text("metadata", "name")!;
        RequireNamespace(type, @namespace, name);
        if (store.Find(type, @namespace, name) is not null)
        {
            throw FakeRefusal.AlreadyExists(type, name);
        }

        var (admitted, warnings) = Admit("CREATE", type, @namespace, name, null, made, null, options.DryRun);
        apply.Note(type, null, admitted!, options.FieldManager ?? "unknown", null);
        if (!options.DryRun)
        {
            store.Put(type, @namespace, name, admitted!);
        }

        return Done(admitted!, warnings);
    }

    private ClusterReply.Done Patch(ObjectReference target, PatchType type, ReadOnlyMemory<byte> json, WriteOptions options)
    {
        Require(target);
        if (type == PatchType.Json)
        {
            var patched = Existing(target);
            var before = target.Subresource == "scale" ? ScaleOf(patched) : patched;
            return Written(target, patched, Patches.ApplyJson(target.Type, target.Name, before, json.Span), options);
        }

        var body = Body(json);
        if (type == PatchType.Apply)
        {
            return Apply(target, body, options);
        }

        if (type == PatchType.StrategicMerge && IsCustom(target.Type))
        {
            throw new FakeRefusal(new(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml", []));
        }

        var live = Existing(target);
        var from = target.Subresource == "scale" ? ScaleOf(live) : live;
        var merged = type == PatchType.Merge ? (JsonObject)Patches.Merge(from, body)! : Patches.StrategicMerge(from, body);
        return Written(target, live, merged, options);
    }

    private ClusterReply.Done Written(ObjectReference target, JsonObject live, JsonObject patched, WriteOptions options)
    {
        CheckIdentity(target.Type, target.Namespace, target.Name, patched, isScale: target.Subresource == "scale");
        return Update(target, live, target.Subresource == "scale" ? Scaled(live, patched) : patched, options, isApply: false);
    }

    private ClusterReply.Done Apply(ObjectReference target, JsonObject intent, WriteOptions options)
    {
        CheckIdentity(target.Type, target.Namespace, target.Name, intent);
        if (intent["metadata"] is JsonObject { } given && given["managedFields"] is JsonArray { Count: > 0 })
        {
            throw FakeRefusal.BadRequest("metadata.managedFields must be nil");
        }

        var live = store.Find(target.Type, target.Namespace, target.Name);
        if (live is null && target.Subresource is not null)
        {
            throw FakeRefusal.NotFound(target.Type, target.Name);
        }

        if (live is not null && intent.Text("metadata", "uid") is { Length: > 0 } uid && uid != live.Text("metadata", "uid"))
        {
            throw FakeRefusal.Conflict(target.Type, target.Name, "uid mismatch");
        }

        if (live is not null && intent.Text("metadata", "resourceVersion") is { Length: > 0 } seen && seen != live.Text("metadata", "resourceVersion"))
        {
            throw FakeRefusal.Stale(target.Type, target.Name);
        }

        if (live is not null)
        {
            var merged = apply.Apply(target.Type, target.Name, live, intent, options.FieldManager!, options.Force, target.Subresource);
            return Update(target, live, merged, options, isApply: true);
        }

        RequireNamespace(target.Type, target.Namespace, target.Name);
        if (!string.IsNullOrEmpty(intent.Text("metadata", "resourceVersion")))
        {
            throw FakeRefusal.Conflict(target.Type, target.Name, "the object does not exist, and a resourceVersion was given");
        }

        var made = Prepare(target.Type, target.Namespace, (JsonObject)intent.DeepClone());
        made = apply.Apply(target.Type, target.Name, made, intent, options.FieldManager!, options.Force, null);
        var (admitted, warnings) = Admit("CREATE", target.Type, target.Namespace, target.Name, null, made, null, options.DryRun);
        if (!options.DryRun)
        {
            store.Put(target.Type, target.Namespace, target.Name, admitted!);
        }

        return Done(admitted!, warnings);
    }

    private ClusterReply.Done Update(ObjectReference target, JsonObject live, JsonObject body, WriteOptions options, bool isApply)
    {
        var (type, name) = (target.Type, target.Name);
        if (body.Text("metadata", "uid") is { Length: > 0 } uid && uid != live.Text("metadata", "uid"))
        {
            throw FakeRefusal.Conflict(type, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Text("metadata", "uid")}");
        }

        if (body.Text("metadata", "resourceVersion") is { Length: > 0 } seen && seen != live.Text("metadata", "resourceVersion"))
        {
            throw FakeRefusal.Stale(type, name);
        }

        var next = (JsonObject)body.DeepClone();
        var metadata = Metadata(next);
        var old = (JsonObject)live["metadata"]!;
        foreach (var key in (string[])
            ["uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "namespace", "name", "generateName", "selfLink"])
        {
            metadata.Remove(key);
            if (old[key] is { } value)
            {
                metadata[key] = value.DeepClone();
            }
        }

        if (!isApply)
        {
            metadata["managedFields"] = old["managedFields"]?.DeepClone();
        }

        next["apiVersion"] = type.ApiVersion;
        next["kind"] = type.Kind;
        if (target.Subresource == "status")
        {
            // Of all else, only what hangs on the object may go along.
            var status = next["status"]?.DeepClone();
            var managed = metadata["managedFields"]?.DeepClone();
            next = (JsonObject)live.DeepClone();
            Metadata(next)["managedFields"] = managed;
            next.Remove("status");
            if (status is not null)
            {
                next["status"] = status;
            }
        }
        else if (HasStatus(type))
        {
            next.Remove("status");
            if (live["status"] is { } status)
            {
                next["status"] = status.DeepClone();
            }
        }

        CheckFinalizers(type, name, live, next);
        if (!JsonNode.DeepEquals(Spec(live), Spec(next)) && old["generation"] is { } generation)
        {
            Metadata(next)["generation"] = generation.GetValue<long>() + 1;
        }

        var (admitted, warnings) = Admit("UPDATE", type, target.Namespace, name, target.Subresource, next, live, options.DryRun);
        next = admitted!;
        if (!isApply)
        {
            apply.Note(type, live, next, options.FieldManager ?? "unknown", target.Subresource);
        }

        if (JsonNode.DeepEquals(WithoutManaged(live), WithoutManaged(next)) && (!isApply || HasSameOwners(live, next)))
        {
            return Done(target.Subresource == "scale" ? ScaleOf(live) : live, warnings);
        }

        if (!options.DryRun)
        {
            store.Put(type, target.Namespace, name, next);
            Reap(type, target.Namespace, name);
        }

        return Done(target.Subresource == "scale" ? ScaleOf(next) : next, warnings);
    }

    private JsonObject Prepare(ResourceType type, string? @namespace, JsonObject body)
    {
        var metadata = Metadata(body);
        if (string.IsNullOrEmpty(metadata.Text("name")))
        {
            if (metadata.Text("generateName") is not { Length: > 0 } prefix)
            {
                throw FakeRefusal.Invalid(type, "", "metadata.name", "Required value: name or generateName is required", "FieldValueRequired");
            }

            metadata["name"] = prefix + Guid.NewGuid().ToString("N")[..5];
        }

        var name = metadata.Text("name")!;
        if (ApiPath.ProblemOf(name) is not null || (type.Group != "rbac.authorization.k8s.io" && !IsSubdomain(name)))
        {
            throw FakeRefusal.Invalid(type, name, "metadata.name", $"Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        foreach (var key in (string[])["resourceVersion", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"])
        {
            metadata.Remove(key);
        }

        if (@namespace is not null)
        {
            metadata["namespace"] = @namespace;
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = FakeStore.Stamp(time);
        metadata.Remove("generation");
        if (type.Group is not "" and not "coordination.k8s.io" and not "rbac.authorization.k8s.io" || type == ResourceTypes.Pods)
        {
            metadata["generation"] = 1L;
        }

        if (HasStatus(type))
        {
            body.Remove("status");
        }

        body["apiVersion"] = type.ApiVersion;
        body["kind"] = type.Kind;
        if (type == ResourceTypes.Namespaces)
        {
            if (metadata["labels"] is not JsonObject labels)
            {
                labels = [];
                metadata["labels"] = labels;
            }

            labels["kubernetes.io/metadata.name"] = name;
            body["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            body["status"] = new JsonObject { ["phase"] = "Active" };
        }

        return body;
    }

    private (JsonObject? Object, IReadOnlyList<string> Warnings) Admit(
        string operation, ResourceType type, string? @namespace, string name, string? subresource, JsonObject? item, JsonObject? old, bool isDryRun)
    {
        if (Admission is null)
        {
            return (item, []);
        }

        var answer = Admission(new(operation, type, @namespace, name, subresource, (JsonObject?)item?.DeepClone(), (JsonObject?)old?.DeepClone(), isDryRun));
        if (answer.Denied is { } denied)
        {
            throw new FakeRefusal(denied);
        }

        return ((JsonObject?)answer.Changed?.DeepClone() ?? item, answer.Warnings);
    }

    private JsonObject Existing(ObjectReference target) =>
        store.Find(target.Type, target.Namespace, target.Name) ?? throw FakeRefusal.NotFound(target.Type, target.Name);

    private void Require(ObjectReference target)
    {
        Require(target.Type);
        if (ApiPath.Of(target).Problem is { } problem)
        {
            throw FakeRefusal.BadRequest(problem);
        }

        if (target.Subresource is { } subresource && !Subresources(target.Type).Contains(subresource))
        {
            throw FakeRefusal.NoResource();
        }
    }

    private void Require(ResourceType type)
    {
        if (!types.Exists(each => each.Group == type.Group && each.Version == type.Version && each.Plural == type.Plural))
        {
            throw FakeRefusal.NoResource();
        }
    }

    private void RequireNamespace(ResourceType type, string? @namespace, string name)
    {
        if (@namespace is null)
        {
            return;
        }

        if (store.Find(ResourceTypes.Namespaces, null, @namespace) is not { } around)
        {
            throw FakeRefusal.NotFound(ResourceTypes.Namespaces, @namespace);
        }

        if (around["metadata"]!["deletionTimestamp"] is not null)
        {
            throw FakeRefusal.Forbidden(type, name, $"unable to create new content in namespace {@namespace} because it is being terminated");
        }
    }

    private static void CheckIdentity(ResourceType type, string? @namespace, string? name, JsonObject body, bool isScale = false)
    {
        if (!isScale && (body.Text("kind") is { } kind && kind != type.Kind || body.Text("apiVersion") is { } version && version != type.ApiVersion) && body.Text("kind") != "Scale")
        {
            throw FakeRefusal.BadRequest($"{body.Text("apiVersion")}, Kind={body.Text("kind")} in the body does not match the expected {type.ApiVersion}, Kind={type.Kind}");
        }

        if (body.Text("metadata", "namespace") is { Length: > 0 } written && written != @namespace)
        {
            throw FakeRefusal.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({written} and {@namespace})");
        }

        if (name is not null && body.Text("metadata", "name") is { Length: > 0 } own && own != name)
        {
            throw FakeRefusal.BadRequest($"the name of the object ({own}) does not match the name on the URL ({name})");
        }
    }

    private static void CheckFinalizers(ResourceType type, string name, JsonObject live, JsonObject next)
    {
        if (live["metadata"]!["deletionTimestamp"] is not null
            && Metadata(next).Texts("finalizers").Except(((JsonObject)live["metadata"]!).Texts("finalizers"), StringComparer.Ordinal).Any())
        {
            throw FakeRefusal.Invalid(type, name, "metadata.finalizers", "Forbidden: no new finalizers can be added if the object is being deleted", "FieldValueForbidden");
        }
    }

    private static JsonObject ScaleOf(JsonObject item) => new()
    {
        ["apiVersion"] = "autoscaling/v1",
        ["kind"] = "Scale",
        ["metadata"] = new JsonObject
        {
            ["name"] = item.Text("metadata", "name"),
            ["namespace"] = item.Text("metadata", "namespace"),
            ["uid"] = item.Text("metadata", "uid"),
            ["resourceVersion"] = item.Text("metadata", "resourceVersion"),
        },
        ["spec"] = new JsonObject { ["replicas"] = item["spec"]?["replicas"]?.DeepClone() ?? 1 },
        ["status"] = new JsonObject { ["replicas"] = item["status"]?["replicas"]?.DeepClone() ?? 0 },
    };

    private static JsonObject Scaled(JsonObject live, JsonObject scale)
    {
        var scaled = (JsonObject)live.DeepClone();
        if (scaled["spec"] is not JsonObject spec)
        {
            spec = [];
            scaled["spec"] = spec;
        }

        spec["replicas"] = scale["spec"]?["replicas"]?.DeepClone() ?? 0;
        if (scale.Text("metadata", "resourceVersion") is { Length: > 0 } seen)
        {
            Metadata(scaled)["resourceVersion"] = seen;
        }

        return scaled;
    }

    private static JsonObject Metadata(JsonObject item)
    {
        if (item["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            item["metadata"] = metadata;
        }

        return metadata;
    }

    private static bool HasFinalizers(JsonObject item) => ((JsonObject)item["metadata"]!).Texts("finalizers").Any();

    private static JsonObject Spec(JsonObject item)
    {
        var spec = (JsonObject)item.DeepClone();
        spec.Remove("metadata");
        spec.Remove("status");
        return spec;
    }

    private static JsonObject WithoutManaged(JsonObject item)
    {
        var bare = (JsonObject)item.DeepClone();
        Metadata(bare).Remove("managedFields");
        return bare;
    }

    private static bool HasSameOwners(JsonObject one, JsonObject other)
    {
        return JsonNode.DeepEquals(Owners(one), Owners(other));

        static JsonArray Owners(JsonObject item)
        {
            var owners = (JsonArray)(item["metadata"]?["managedFields"]?.DeepClone() ?? new JsonArray());
            foreach (var owner in owners.OfType<JsonObject>())
            {
                owner.Remove("time");
            }

            return owners;
        }
    }

    private static bool IsSubdomain(string name) =>
        name.Length <= 253 && name.Split('.').All(label =>
            label.Length > 0 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-');
}
