using System.Text.Json.Nodes;
using SelfHealGitOps.Rules;
using YamlDotNet.Core;

namespace SelfHealGitOps.Bot.Tests.Export;

/// <summary>Objects of the kinds that exported policies judge: every rule's fixtures, and a collection of others' where it is on this machine.</summary>
internal static class SampleObjects
{
    /// <summary>Where the API server keeps a kind; <c>{0}</c> is the namespace.</summary>
    private static readonly Dictionary<string, string> Paths = new()
    {
        ["v1 Pod"] = "/api/v1/namespaces/{0}/pods",
        ["v1 PodTemplate"] = "/api/v1/namespaces/{0}/podtemplates",
        ["v1 ReplicationController"] = "/api/v1/namespaces/{0}/replicationcontrollers",
        ["v1 Service"] = "/api/v1/namespaces/{0}/services",
        ["apps/v1 Deployment"] = "/apis/apps/v1/namespaces/{0}/deployments",
        ["apps/v1 ReplicaSet"] = "/apis/apps/v1/namespaces/{0}/replicasets",
        ["apps/v1 StatefulSet"] = "/apis/apps/v1/namespaces/{0}/statefulsets",
        ["apps/v1 DaemonSet"] = "/apis/apps/v1/namespaces/{0}/daemonsets",
        ["batch/v1 Job"] = "/apis/batch/v1/namespaces/{0}/jobs",
        ["batch/v1 CronJob"] = "/apis/batch/v1/namespaces/{0}/cronjobs",
        ["rbac.authorization.k8s.io/v1 Role"] = "/apis/rbac.authorization.k8s.io/v1/namespaces/{0}/roles",
        ["rbac.authorization.k8s.io/v1 ClusterRole"] = "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        ["rbac.authorization.k8s.io/v1 ClusterRoleBinding"] = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    };

    public static IReadOnlyList<string> Kinds => [.. Paths.Keys];

    /// <summary>By the file each is from.</summary>
    public static IEnumerable<(string Source, JsonObject Object)> All =>
        from file in Files()
        from each in Objects(file)
        where PathOf(each, "") is not null
        select (file, each);

    /// <summary>The collection that an object belongs to; null for kinds that are not judged.</summary>
    public static string? PathOf(JsonNode each, string @namespace) =>
        Paths.TryGetValue($"{each["apiVersion"]} {each["kind"]}", out var path) ? string.Format(null, path, @namespace) : null;

    /// <summary>The object as it would be in a namespace, with the run's label where roles are found by it.</summary>
    public static JsonObject In(JsonObject each, string @namespace, string? label)
    {
        var moved = each.DeepClone().AsObject();
        if (moved["metadata"] is not JsonObject metadata)
        {
            moved["metadata"] = metadata = [];
        }

        metadata.Remove("resourceVersion");
        metadata.Remove("uid");
        if (PathOf(moved, @namespace)!.Contains("/namespaces/", StringComparison.Ordinal))
        {
            metadata["namespace"] = @namespace;
        }

        if ($"{moved["apiVersion"]}".StartsWith("rbac", StringComparison.Ordinal))
        {
            metadata["labels"] = TestCluster.Labels(label);
        }

        return moved;
    }

    private static IEnumerable<string> Files()
    {
        var rules = Path.Combine(Checkout.Root, "tests", "shared", "Rules");
        var corpora = Environment.GetEnvironmentVariable("SELFHEAL_CORPORA") is { Length: > 0 } named ? Path.Combine(named, "psa") : null;
        return Catalogue.All.Select(rule => Path.Combine(rules, rule.Info.Id)).Append(corpora)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder!, "*.yaml", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);
    }

    private static List<JsonObject> Objects(string file)
    {
        var objects = new List<JsonObject>();
        try
        {
            foreach (var document in Yaml.ReadAll(File.ReadAllText(file)).OfType<JsonObject>())
            {
                objects.AddRange(document["items"] is JsonArray items ? items.OfType<JsonObject>() : [document]);
            }
        }
        catch (Exception exception) when (exception is YamlException or ArgumentException or System.Text.Json.JsonException)
        {
            // A fixture of how texts may be broken, or of anchors: none that an API server would be sent.
        }

        return objects;
    }
}
