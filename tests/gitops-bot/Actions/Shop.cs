using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;

namespace SelfHealGitOps.Bot.Tests.Actions;

/// <summary>A cluster in memory with one workload of each kind in the namespace shop. Its controllers are the tests.</summary>
internal sealed class Shop
{
    public const string Namespace = "shop";

    public Shop(TimeProvider clock)
    {
        Fake = new(clock);
        Fake.Seed(Object("v1", "Namespace", Namespace, null));
        foreach (var (kind, name) in new[] { ("Deployment", "web"), ("StatefulSet", "db"), ("DaemonSet", "agent") })
        {
            var made = Fake.Seed(Workload(kind, name));
            SeedRevision(made, 1, "busybox:1");
            SeedRevision(made, 2, "busybox:2");
        }

        SeedPod("web-2-a", "ReplicaSet", "web-2");
    }

    public FakeCluster Fake { get; }

    public static ObjectReference Web { get; } = new(ResourceTypes.Deployments, Namespace, "web");

    public static ObjectReference Pod { get; } = new(ResourceTypes.Pods, Namespace, "web-2-a");

    public static ObjectReference Of(string kind) => kind switch
    {
        "Deployment" => Web,
        "StatefulSet" => new(ResourceTypes.StatefulSets, Namespace, "db"),
        _ => new(ResourceTypes.DaemonSets, Namespace, "agent"),
    };

    /// <summary>Changes an object as it lies in the cluster, its status as well.</summary>
    public async Task Change(ObjectReference target, string patch)
    {
        var json = JsonNode.Parse(patch)!.AsObject();
        var hasStatus = json.ContainsKey("status");
        foreach (var place in new[] { target, target with { Subresource = "status" } })
        {
            // What is only status is no write of the object.
            var isMeant = place.Subresource is null ? json.Count > (hasStatus ? 1 : 0) : hasStatus;
            if (isMeant && await Fake.PatchAsync(place, PatchType.Merge, json, WriteOptions.Default, default) is { Problem: { } problem })
            {
                throw new InvalidOperationException(problem);
            }
        }
    }

    /// <summary>What the controller does once it has seen a change: all pods are there and of the new template.</summary>
    public Task RollOut(ObjectReference target)
    {
        var generation = Fake.Peek(target)!["metadata"]!["generation"]!.GetValue<long>();
        return Change(target, $$$"""
            {"status":{"observedGeneration":{{{generation}}},"replicas":2,"updatedReplicas":2,"availableReplicas":2,"readyReplicas":2,
            "desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2}}
            """);
    }

    /// <summary>What stands in front of the pods of web, and what guards them.</summary>
    public void SeedNeighbour(string kind, int disruptionsAllowed = 0)
    {
        var made = kind switch
        {
            "Service" => Object("v1", kind, "web", new() { ["selector"] = new JsonObject { ["app"] = "web" } }),
            "Ingress" => Object("networking.k8s.io/v1", kind, "web", new() { ["defaultBackend"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "web" } } }),
            "HorizontalPodAutoscaler" => Object("autoscaling/v2", kind, "web", new() { ["scaleTargetRef"] = new JsonObject { ["kind"] = "Deployment", ["name"] = "web" } }),
            _ => Object("policy/v1", "PodDisruptionBudget", "web", new() { ["selector"] = Selector("web") }),
        };
        if (kind == "PodDisruptionBudget")
        {
            made["status"] = new JsonObject { ["disruptionsAllowed"] = disruptionsAllowed };
        }

        Fake.Seed(made);
    }

    public void SeedNeighbours()
    {
        foreach (var kind in new[] { "Service", "Ingress", "HorizontalPodAutoscaler", "PodDisruptionBudget" })
        {
            SeedNeighbour(kind);
        }
    }

    public JsonObject SeedPod(string name, string ownerKind, string? owner)
    {
        var pod = Object("v1", "Pod", name, new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "busybox:2" }) });
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = "web" };
        if (owner is not null)
        {
            pod["metadata"]!["ownerReferences"] = new JsonArray(Owner("apps/v1", ownerKind, owner, UidOf(ownerKind, owner)));
        }

        pod["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
        return Fake.Seed(pod);
    }

    private string UidOf(string kind, string name) =>
        Fake.Peek(new(kind == "ReplicaSet" ? ResourceTypes.ReplicaSets : Of(kind).Type, Namespace, name))?.Text("metadata", "uid") ?? "no-such-uid";

    public void SeedRevision(JsonObject owner, int number, string image)
    {
        var (kind, name) = (owner.Text("kind")!, owner.Text("metadata", "name")!);
        var template = Template(name, image);
        JsonObject revision;
        if (kind == "Deployment")
        {
            template["metadata"]!["labels"]!["pod-template-hash"] = $"{number}";
            revision = Object("apps/v1", "ReplicaSet", $"{name}-{number}", new JsonObject { ["replicas"] = number == 2 ? 1 : 0, ["selector"] = Selector(name), ["template"] = template });
            revision["metadata"]!["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = $"{number}", ["kubernetes.io/change-cause"] = $"number {number}" };
        }
        else
        {
            template["$patch"] = "replace";
            revision = Object("apps/v1", "ControllerRevision", $"{name}-{number}", null);
            revision["revision"] = number;
            revision["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } };
        }

        revision["metadata"]!["labels"] = new JsonObject { ["app"] = name };
        revision["metadata"]!["ownerReferences"] = new JsonArray(Owner("apps/v1", kind, name, owner.Text("metadata", "uid")!));
        Fake.Seed(revision);
    }

    private static JsonObject Workload(string kind, string name)
    {
        var spec = new JsonObject { ["replicas"] = 2, ["selector"] = Selector(name), ["template"] = Template(name, "busybox:2") };
        if (kind != "Deployment")
        {
            spec["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" };
        }

        var made = Object("apps/v1", kind, name, spec);
        made["status"] = new JsonObject { ["observedGeneration"] = 1, ["replicas"] = 2, ["desiredNumberScheduled"] = 2, ["currentNumberScheduled"] = 2 };
        return made;
    }

    private static JsonObject Selector(string name) => new() { ["matchLabels"] = new JsonObject { ["app"] = name } };

    private static JsonObject Template(string name, string image) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = image }) },
    };

    private static JsonObject Owner(string version, string kind, string name, string uid) =>
        new() { ["apiVersion"] = version, ["kind"] = kind, ["name"] = name, ["uid"] = uid, ["controller"] = true };

    private static JsonObject Object(string version, string kind, string name, JsonObject? spec)
    {
        var made = new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } };
        if (kind != "Namespace")
        {
            made["metadata"]!["namespace"] = Namespace;
        }

        if (spec is not null)
        {
            made["spec"] = spec;
        }

        return made;
    }

    public static ClusterAction Make(string id, ObjectReference target, params (string Key, string Value)[] parameters) =>
        ((ActionChoice.Chosen)ActionCatalogue.Choose("prod", id, target.Type.Kind, target.Namespace!, target.Name, parameters.ToDictionary(each => each.Key, each => each.Value))).Action;
}
