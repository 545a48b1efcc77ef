using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <content>What is only asked.</content>
public sealed partial class FakeCluster
{
    private void Collect(ResourceType type, string? @namespace, Selectors selectors, int generation, ref long position, Queue<WatchEvent> pending)
    {
        if (generation != watchGeneration)
        {
            pending.Enqueue(new WatchEvent.Broken("the watch broke off"));
            return;
        }

        if (position < store.Oldest)
        {
            pending.Enqueue(new WatchEvent.Error(new(410, "Expired", $"too old resource version: {position} ({store.Oldest})", [])));
            return;
        }

        foreach (var change in store.Changes)
        {
            if (change.Revision <= position)
            {
                continue;
            }

            position = change.Revision;
            if (change.Type != FakeStore.Key(type) || (@namespace is not null && change.Namespace != @namespace))
            {
                continue;
            }

            var was = change.Before is not null && selectors.Matches(change.Before);
            var @is = change.After is not null && selectors.Matches(change.After);
            if (@is)
            {
                var copy = (JsonObject)change.After!.DeepClone();
                pending.Enqueue(was ? new WatchEvent.Modified(copy) : new WatchEvent.Added(copy));
            }
            else if (was)
            {
                var copy = (JsonObject)change.Before!.DeepClone();
                copy["metadata"]!["resourceVersion"] = change.Revision.ToString(CultureInfo.InvariantCulture);
                pending.Enqueue(new WatchEvent.Deleted(copy));
            }
        }
    }

    private ClusterReply.Done List(ResourceType type, string? @namespace, ListOptions options)
    {
        Require(type);
        var selectors = Selectors.Parse(options.LabelSelector, options.FieldSelector);
        List<JsonObject> rest;
        long revision;
        if (string.IsNullOrEmpty(options.Continue))
        {
            rest = [.. store.All(type, @namespace).Where(selectors.Matches)];
            revision = store.Revision;
        }
        else if (places.TryGetValue(options.Continue, out var place))
        {
            (rest, revision) = place;
        }
        else
        {
            throw FakeRefusal.Expired("The provided continue parameter is too old to display a consistent list result.");
        }

        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        var count = options.Limit is > 0 and var limit ? Math.Min(limit, rest.Count) : rest.Count;
        if (count < rest.Count)
        {
            var next = Guid.NewGuid().ToString("N");
            places[next] = (rest[count..], revision);
            metadata["continue"] = next;
            if (selectors.IsEmpty)
            {
                metadata["remainingItemCount"] = rest.Count - count;
            }
        }

        var items = new JsonArray();
        foreach (var item in rest[..count])
        {
            // As the API server writes lists of built-in types.
            var copy = (JsonObject)item.DeepClone();
            copy.Remove("apiVersion");
            copy.Remove("kind");
            items.Add(copy);
        }

        return Done(new() { ["kind"] = type.Kind + "List", ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata, ["items"] = items });
    }

    private string Log(string @namespace, string pod, LogOptions options)
    {
        var item = Existing(new(ResourceTypes.Pods, @namespace, pod));
        var containers = (item["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>().Select(each => each.Text("name") ?? "").ToArray();
        if (options.Container is null && containers.Length > 1)
        {
            throw FakeRefusal.BadRequest($"a container name must be specified for pod {pod}, choose one of: [{string.Join(' ', containers)}]");
        }

        var container = options.Container ?? containers.FirstOrDefault() ?? "";
        if (!containers.Contains(container))
        {
            throw FakeRefusal.BadRequest($"container {container} is not valid for pod {pod}");
        }

        if (!logs.TryGetValue((@namespace, pod, container, options.Previous), out var text))
        {
            return options.Previous
                ? throw FakeRefusal.BadRequest($"previous terminated container \"{container}\" in pod \"{pod}\" not found")
                : "";
        }

        if (options.TailLines is { } count)
        {
            var lines = text.Split('\n');
            var end = text.EndsWith('\n') ? lines.Length - 1 : lines.Length;
            text = string.Join('\n', lines[Math.Max(0, end - count)..]);
        }

        return text;
    }

    private Discovery Discover()
    {
        var resources = types
            .Where(type => !BrokenGroups.Contains(type.Group))
            .Select(type => new ServedResource(
                type,
                ["create", "delete", "get", "list", "patch", "update", "watch"],
                [.. Subresources(type).Select(name => new ServedSubresource(
                    name,
                    name == "scale" ? "autoscaling/v1" : name == "eviction" ? "policy/v1" : type.ApiVersion,
                    name == "scale" ? "Scale" : name == "eviction" ? "Eviction" : type.Kind,
                    name == "eviction" ? ["create"] : ["get", "patch", "update"]))],
                [],
                true));
        var reviews = new[] { ResourceTypes.TokenReviews, ResourceTypes.SubjectAccessReviews, ResourceTypes.SelfSubjectAccessReviews, ResourceTypes.SelfSubjectReviews }
            .Select(type => new ServedResource(type, ["create"], [], [], true));
        return new([.. resources, .. reviews], [.. BrokenGroups.Select(group => new DiscoveryProblem(group, "whoever serves it does not answer"))]);
    }

    private static bool IsReview(ResourceType type) =>
        type == ResourceTypes.TokenReviews || type == ResourceTypes.SubjectAccessReviews || type == ResourceTypes.SelfSubjectAccessReviews
        || type == ResourceTypes.SelfSubjectReviews;

    private JsonObject Review(ResourceType type, JsonObject body)
    {
        var spec = body["spec"] as JsonObject ?? [];
        var status = new JsonObject();
        if (type == ResourceTypes.TokenReviews)
        {
            if (Tokens.TryGetValue(spec.Text("token") ?? "", out var user))
            {
                status["authenticated"] = true;
                status["user"] = new JsonObject
                {
                    ["username"] = user.Name,
                    ["uid"] = user.Uid,
                    ["groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]),
                };
                status["audiences"] = spec["audiences"]?.DeepClone() ?? new JsonArray("https://kubernetes.default.svc");
            }
            else
            {
                status["authenticated"] = false;
                status["error"] = "invalid bearer token";
            }
        }
        else if (type == ResourceTypes.SelfSubjectReviews)
        {
            status["userInfo"] = new JsonObject { ["username"] = UserName, ["groups"] = new JsonArray("system:authenticated") };
        }
        else
        {
            AccessQuestion question = spec["resourceAttributes"] is JsonObject resource
                ? new AccessQuestion.Resource(
                    resource.Text("verb") ?? "",
                    resource.Text("group") ?? "",
                    resource.Text("resource") ?? "",
                    resource.Text("namespace"),
                    resource.Text("name"),
                    resource.Text("subresource"))
                : new AccessQuestion.Path(spec.Text("nonResourceAttributes", "verb") ?? "", spec.Text("nonResourceAttributes", "path") ?? "");
            status["allowed"] = Authorizer?.Invoke(spec.Text("user"), question) ?? true;
        }

        var answer = (JsonObject)body.DeepClone();
        answer["status"] = status;
        return answer;
    }
}
