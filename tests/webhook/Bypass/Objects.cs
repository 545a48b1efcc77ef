using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>Objects to send: one that Restricted allows, and the same in every kind that makes pods.</summary>
internal static class Objects
{
    /// <summary>
    /// Where each kind keeps its pods, written down here a second time: <c>*</c> is each element of a list or value of a map.
    /// A kind that is missing here, or there, fails a test.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> PodPaths { get; } = new Dictionary<string, string[]>
    {
        ["v1/Pod"] = [""],
        ["v1/PodTemplate"] = ["template"],
        ["v1/ReplicationController"] = ["spec.template"],
        ["v1/DeploymentConfig"] = ["spec.template"],
        ["apps/v1/Deployment"] = ["spec.template"],
        ["apps/v1/ReplicaSet"] = ["spec.template"],
        ["apps/v1/DaemonSet"] = ["spec.template"],
        ["apps/v1/StatefulSet"] = ["spec.template"],
        ["extensions/v1beta1/Deployment"] = ["spec.template"],
        ["extensions/v1beta1/ReplicaSet"] = ["spec.template"],
        ["extensions/v1beta1/DaemonSet"] = ["spec.template"],
        ["extensions/v1beta1/StatefulSet"] = ["spec.template"],
        ["batch/v1/Job"] = ["spec.template"],
        ["batch/v1/CronJob"] = ["spec.jobTemplate.spec.template"],
        ["apps.openshift.io/v1/DeploymentConfig"] = ["spec.template"],
        ["argoproj.io/v1alpha1/Rollout"] = ["spec.template"],
        ["argoproj.io/v1alpha1/AnalysisTemplate"] = ["spec.metrics.*.provider.job.spec.template"],
        ["argoproj.io/v1alpha1/ClusterAnalysisTemplate"] = ["spec.metrics.*.provider.job.spec.template"],
        ["serving.knative.dev/v1/Service"] = ["spec.template"],
        ["serving.knative.dev/v1/Configuration"] = ["spec.template"],
        ["serving.knative.dev/v1/Revision"] = [""],
        ["sources.knative.dev/v1/ContainerSource"] = ["spec.template"],
        ["apps.kruise.io/v1alpha1/CloneSet"] = ["spec.template"],
        ["apps.kruise.io/v1beta1/StatefulSet"] = ["spec.template"],
        ["apps.kruise.io/v1alpha1/DaemonSet"] = ["spec.template"],
        ["apps.kruise.io/v1alpha1/BroadcastJob"] = ["spec.template"],
        ["apps.kruise.io/v1alpha1/AdvancedCronJob"] = ["spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template"],
        ["keda.sh/v1alpha1/ScaledJob"] = ["spec.jobTargetRef.template"],
        ["agones.dev/v1/GameServer"] = ["spec.template"],
        ["agones.dev/v1/GameServerSet"] = ["spec.template.spec.template"],
        ["agones.dev/v1/Fleet"] = ["spec.template.spec.template"],
        ["batch.volcano.sh/v1alpha1/Job"] = ["spec.tasks.*.template"],
        ["jobset.x-k8s.io/v1alpha2/JobSet"] = ["spec.replicatedJobs.*.template.spec.template"],
        ["leaderworkerset.x-k8s.io/v1/LeaderWorkerSet"] = ["spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"],
        ["kubeflow.org/v1/TFJob"] = ["spec.tfReplicaSpecs.*.template"],
        ["kubeflow.org/v1/PyTorchJob"] = ["spec.pytorchReplicaSpecs.*.template"],
        ["kubeflow.org/v1/MPIJob"] = ["spec.mpiReplicaSpecs.*.template"],
        ["kubeflow.org/v1/XGBoostJob"] = ["spec.xgbReplicaSpecs.*.template"],
        ["kubeflow.org/v1/PaddleJob"] = ["spec.paddleReplicaSpecs.*.template"],
        ["kubeflow.org/v1/JAXJob"] = ["spec.jaxReplicaSpecs.*.template"],
        ["ray.io/v1/RayCluster"] = ["spec.headGroupSpec.template", "spec.workerGroupSpecs.*.template"],
        ["ray.io/v1/RayJob"] = ["spec.rayClusterSpec.headGroupSpec.template", "spec.rayClusterSpec.workerGroupSpecs.*.template", "spec.submitterPodTemplate"],
        ["ray.io/v1/RayService"] = ["spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs.*.template"],
    };

    /// <summary>Paths under which the definition of the kind has a map, not a list.</summary>
    private static readonly HashSet<string> Maps =
        ["tfReplicaSpecs", "pytorchReplicaSpecs", "mpiReplicaSpecs", "xgbReplicaSpecs", "paddleReplicaSpecs", "jaxReplicaSpecs"];

    /// <summary>A pod spec that profile <c>pss-restricted</c> has nothing to say of.</summary>
    public static JsonObject RestrictedSpec() => Parse("""
        {
          "securityContext": {"runAsNonRoot": true, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
          "containers": [{
            "name": "web",
            "image": "registry.example.com/web:1.4.2",
            "ports": [{"containerPort": 8080}],
            "securityContext": {
              "allowPrivilegeEscalation": false,
              "readOnlyRootFilesystem": true,
              "capabilities": {"drop": ["ALL"]}
            }
          }]
        }
        """);

    public static JsonObject Pod(JsonObject? spec = null, string name = "web") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop" },
        ["spec"] = Own(spec ?? RestrictedSpec()),
    };

    /// <summary>A pod of which one container is privileged, and nothing else is wrong.</summary>
    public static JsonObject PrivilegedPod(string name = "web") => Pod(PrivilegedSpec(), name);

    public static JsonObject PrivilegedSpec()
    {
        var spec = RestrictedSpec();
        SecurityContext(spec)["privileged"] = true;
        return spec;
    }

    public static JsonObject Deployment(JsonObject? spec = null, string name = "web") => Holder("apps/v1/Deployment", 0, spec ?? RestrictedSpec(), name);

    public static JsonObject SecurityContext(JsonObject spec) => spec["containers"]![0]!["securityContext"]!.AsObject();

    /// <summary>An object of a kind with a pod at one of its paths.</summary>
    /// <param name="kind">A key of <see cref="PodPaths"/>.</param>
    public static JsonObject Holder(string kind, int path, JsonObject spec, string name = "web")
    {
        var slash = kind.LastIndexOf('/');
        var root = new JsonObject
        {
            ["apiVersion"] = kind[..slash],
            ["kind"] = kind[(slash + 1)..],
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop" },
        };
        var at = root;
        var steps = PodPaths[kind][path].Split('.', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < steps.Length; i++)
        {
            if (i + 1 < steps.Length && steps[i + 1] == "*")
            {
                var element = new JsonObject();
                at[steps[i]] = Maps.Contains(steps[i]) ? new JsonObject { ["Worker"] = element } : new JsonArray(element);
                at = element;
                i++;
                continue;
            }

            var next = new JsonObject();
            at[steps[i]] = next;
            at = next;
        }

        at["spec"] = Own(spec);
        if (at != root)
        {
            at["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "web" } };
        }

        return root;
    }

    /// <summary>The holders of a pod's metadata and spec in an object, with the paths they lie at.</summary>
    public static List<(string Path, JsonObject Holder)> Pods(JsonObject root)
    {
        var found = new List<(string, JsonObject)>();
        var apiVersion = Text(root["apiVersion"]);
        var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion[..apiVersion.IndexOf('/', StringComparison.Ordinal)] : "";
        var kind = Text(root["kind"]);
        foreach (var (key, paths) in PodPaths)
        {
            var parts = key.Split('/');
            if (parts[^1] == kind && (parts.Length == 3 ? parts[0] : "") == group)
            {
                foreach (var path in paths)
                {
                    Collect(root, path.Split('.', StringSplitOptions.RemoveEmptyEntries), "", found);
                }
            }
        }

        return found;
    }

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>A tree has one parent; a second object gets a copy.</summary>
    private static JsonObject Own(JsonObject spec) => spec.Parent is null ? spec : spec.DeepClone().AsObject();

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static void Collect(JsonNode? at, ReadOnlySpan<string> steps, string path, List<(string, JsonObject)> found)
    {
        if (steps.Length == 0)
        {
            if (at is JsonObject holder)
            {
                found.Add((path, holder));
            }

            return;
        }

        switch (at)
        {
            case JsonArray list when steps[0] == "*":
                for (var i = 0; i < list.Count; i++)
                {
                    Collect(list[i], steps[1..], $"{path}/{i}", found);
                }

                break;
            case JsonObject map when steps[0] == "*":
                foreach (var (key, value) in map)
                {
                    Collect(value, steps[1..], $"{path}/{key}", found);
                }

                break;
            case JsonObject map:
                Collect(map[steps[0]], steps[1..], $"{path}/{steps[0]}", found);
                break;
            default:
                break;
        }
    }
}
