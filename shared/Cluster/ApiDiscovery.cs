using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// Asks for everything at once (aggregated discovery, since Kubernetes 1.26), and group by group where the server does not
/// know that. A group whose server is down is a problem of the answer, never the end of it.
/// Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
/// </summary>
/// <param name="ask">Path, what to accept.</param>
internal sealed class ApiDiscovery(Func<string, string, CancellationToken, Task<ClusterReply>> ask)
{
    private const string Json = "application/json";

    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private const int AtOnce = 8;

    private readonly List<ServedResource> resources = [];
    private readonly List<DiscoveryProblem> problems = [];

    public async Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken)
    {
        foreach (var path in (string[])["/api", "/apis"])
        {
            if (await ask(path, Aggregated, cancellationToken).ConfigureAwait(false) is var reply && reply is not ClusterReply.Done done)
            {
                return new DiscoveryReply.Failed(reply);
            }

            switch (done.Object.Text("kind"))
            {
                case "APIGroupDiscoveryList":
                    foreach (var group in Objects(done.Object, "items"))
                    {
                        AddGroup(group);
                    }

                    break;
                case "APIVersions":
                    await AddVersionsAsync([.. done.Object.Texts("versions").Select(version => (version, true))], "/api/", cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    var versions = Objects(done.Object, "groups").SelectMany(VersionsOf).ToArray();
                    await AddVersionsAsync(versions, "/apis/", cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return new DiscoveryReply.Found(new(resources, problems));
    }

    private void AddGroup(JsonObject group)
    {
        var name = group.Text("metadata", "name") ?? "";
        var isPreferred = true;
        foreach (var version in Objects(group, "versions"))
        {
            var number = version.Text("version") ?? "";
            if (version.Text("freshness") == "Stale")
            {
                problems.Add(new(name.Length == 0 ? number : $"{name}/{number}", "whoever serves it does not answer; what is known of it may be old"));
            }

            foreach (var resource in Objects(version, "resources"))
            {
                if (resource.Text("resource") is { Length: > 0 } plural && resource["responseKind"] is JsonObject kind)
                {
                    resources.Add(new(
                        new(name, number, plural, kind.Text("kind") ?? "", resource.Text("scope") == "Namespaced"),
                        [.. resource.Texts("verbs")],
                        [.. Objects(resource, "subresources").Select(each => Subresource(each, name, number))],
                        [.. resource.Texts("shortNames")],
                        isPreferred));
                }
            }

            isPreferred = false;
        }
    }

    private static ServedSubresource Subresource(JsonObject subresource, string group, string version)
    {
        // Left empty where it is the resource's own.
        var kind = subresource["responseKind"] as JsonObject ?? [];
        var isOwn = string.IsNullOrEmpty(kind.Text("version"));
        return new(
            subresource.Text("subresource") ?? "",
            ApiVersion(isOwn ? group : kind.Text("group") ?? "", isOwn ? version : kind.Text("version")!),
            kind.Text("kind") ?? "",
            [.. subresource.Texts("verbs")]);
    }

    private static IEnumerable<(string ApiVersion, bool IsPreferred)> VersionsOf(JsonObject group)
    {
        var preferred = group.Text("preferredVersion", "groupVersion");
        return Objects(group, "versions")
            .Select(version => version.Text("groupVersion") ?? "")
            .Where(version => version.Length > 0)
            .Select(version => (version, version == preferred))
            .OrderByDescending(version => version.Item2);
    }

    private async Task AddVersionsAsync((string ApiVersion, bool IsPreferred)[] versions, string root, CancellationToken cancellationToken)
    {
        var replies = new ClusterReply[versions.Length];
        await Parallel.ForAsync(
            0,
            versions.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, cancellation) => replies[i] = await ask(root + versions[i].ApiVersion, Json, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        for (var i = 0; i < versions.Length; i++)
        {
            if (replies[i] is ClusterReply.Done done)
            {
                AddVersion(done.Object, versions[i].ApiVersion, versions[i].IsPreferred);
            }
            else
            {
                problems.Add(new(versions[i].ApiVersion, replies[i].Problem ?? ""));
            }
        }
    }

    private void AddVersion(JsonObject list, string apiVersion, bool isPreferred)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        var version = apiVersion[(slash + 1)..];
        var entries = Objects(list, "resources").Select(entry => (Entry: entry, Name: (entry.Text("name") ?? "").Split('/', 2))).ToArray();
        foreach (var (entry, name) in entries.Where(each => each.Name.Length == 1 && each.Name[0].Length > 0))
        {
            var subresources = entries
                .Where(each => each.Name.Length == 2 && each.Name[0] == name[0])
                .Select(each => new ServedSubresource(
                    each.Name[1],
                    string.IsNullOrEmpty(each.Entry.Text("version")) ? apiVersion : ApiVersion(each.Entry.Text("group") ?? "", each.Entry.Text("version")!),
                    each.Entry.Text("kind") ?? "",
                    [.. each.Entry.Texts("verbs")]));
            resources.Add(new(
                new(group, version, name[0], entry.Text("kind") ?? "", entry.IsTrue("namespaced")),
                [.. entry.Texts("verbs")],
                [.. subresources],
                [.. entry.Texts("shortNames")],
                isPreferred));
        }
    }

    private static string ApiVersion(string group, string version) => group.Length == 0 ? version : $"{group}/{version}";

    private static IEnumerable<JsonObject> Objects(JsonObject map, string key) => (map[key] as JsonArray ?? []).OfType<JsonObject>();
}
