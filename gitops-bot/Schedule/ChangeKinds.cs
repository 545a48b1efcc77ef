using System.Collections.Frozen;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Sorts edits by what they touch. The kind of the object decides first, then the first field on the path that is more
/// than structure; a field nobody placed is <see cref="ChangeKind.Other"/>, which is as heavy as the heaviest.
/// </summary>
internal static class ChangeKinds
{
    private static readonly FrozenDictionary<string, ChangeKind> ByObject = new Dictionary<string, ChangeKind>(StringComparer.Ordinal)
    {
        ["Role"] = ChangeKind.Rbac,
        ["ClusterRole"] = ChangeKind.Rbac,
        ["RoleBinding"] = ChangeKind.Rbac,
        ["ClusterRoleBinding"] = ChangeKind.Rbac,
        ["ServiceAccount"] = ChangeKind.Identity,
        ["Service"] = ChangeKind.Network,
        ["Ingress"] = ChangeKind.Network,
        ["NetworkPolicy"] = ChangeKind.Network,
        ["Gateway"] = ChangeKind.Network,
        ["HTTPRoute"] = ChangeKind.Network,
        ["PersistentVolume"] = ChangeKind.Storage,
        ["PersistentVolumeClaim"] = ChangeKind.Storage,
        ["StorageClass"] = ChangeKind.Storage,
        ["ConfigMap"] = ChangeKind.Configuration,
        ["Secret"] = ChangeKind.Configuration,
        ["HorizontalPodAutoscaler"] = ChangeKind.Replicas,
        ["PodDisruptionBudget"] = ChangeKind.Rollout,
        ["Namespace"] = ChangeKind.Namespace,
        ["ResourceQuota"] = ChangeKind.Namespace,
        ["LimitRange"] = ChangeKind.Namespace,
        ["CustomResourceDefinition"] = ChangeKind.Extension,
        ["APIService"] = ChangeKind.Extension,
        ["ValidatingWebhookConfiguration"] = ChangeKind.Extension,
        ["MutatingWebhookConfiguration"] = ChangeKind.Extension,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Structure = new[]
    {
        "spec", "template", "jobTemplate", "containers", "initContainers", "ephemeralContainers",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ChangeKind> ByField = new (ChangeKind Kind, string[] Fields)[]
    {
        (ChangeKind.Probes, ["livenessProbe", "readinessProbe", "startupProbe", "readinessGates"]),
        (ChangeKind.Rollout, ["strategy", "updateStrategy", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "terminationGracePeriodSeconds",
            "ttlSecondsAfterFinished", "backoffLimit", "activeDeadlineSeconds", "podManagementPolicy", "concurrencyPolicy", "lifecycle"]),
        (ChangeKind.Resources, ["resources", "resizePolicy"]),
        (ChangeKind.Replicas, ["replicas", "parallelism", "completions", "suspend", "schedule"]),
        (ChangeKind.Scheduling, ["affinity", "nodeSelector", "nodeName", "tolerations", "topologySpreadConstraints", "priorityClassName", "schedulerName"]),
        (ChangeKind.Image, ["image", "imagePullPolicy", "imagePullSecrets"]),
        (ChangeKind.Configuration, ["env", "envFrom", "command", "args", "workingDir", "restartPolicy", "dnsConfig", "dnsPolicy", "hostAliases", "enableServiceLinks"]),
        (ChangeKind.Security, ["securityContext", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "runtimeClassName"]),
        (ChangeKind.Identity, ["serviceAccountName", "serviceAccount", "automountServiceAccountToken"]),
        (ChangeKind.Network, ["ports", "hostname", "subdomain", "serviceName"]),
        (ChangeKind.Storage, ["volumes", "volumeMounts", "volumeDevices", "volumeClaimTemplates", "persistentVolumeClaimRetentionPolicy"]),
        (ChangeKind.Selector, ["selector"]),
    }.SelectMany(row => row.Fields, (row, field) => KeyValuePair.Create(field, row.Kind)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All kinds of change in these edits, each once. Nothing edited is <see cref="ChangeKind.Other"/>: the change is not known.</summary>
    public static IReadOnlyList<ChangeKind> Of(string objectKind, IEnumerable<Edit> edits)
    {
        ChangeKind[] kinds = [.. edits.Select(edit => Of(objectKind, edit.Path)).Distinct().Order()];
        return kinds.Length == 0 ? [ChangeKind.Other] : kinds;
    }

    public static ChangeKind Of(string objectKind, FieldPath path)
    {
        string[] keys = [.. path.Steps.OfType<PathStep.Key>().Select(key => key.Name)];
        if (keys is ["metadata", var own, ..])
        {
            return own switch
            {
                "annotations" => ChangeKind.Metadata,
                "labels" => objectKind == "Namespace" ? ChangeKind.Namespace : ChangeKind.Labels,
                _ => ChangeKind.Other,
            };
        }

        if (objectKind is "Service" && keys is ["spec", "selector", ..])
        {
            return ChangeKind.Selector;
        }

        if (ByObject.TryGetValue(objectKind, out var kind))
        {
            return kind;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            switch (keys[i])
            {
                case "apiVersion" when i == 0:
                    return ChangeKind.ApiVersion;
                case "metadata" when i + 1 < keys.Length:
                    // Of the pod template: here labels are what selectors look for.
                    return keys[i + 1] switch { "annotations" => ChangeKind.Metadata, "labels" => ChangeKind.Selector, _ => ChangeKind.Other };
                case var field when ByField.TryGetValue(field, out var byField):
                    return byField;
                case var field when !Structure.Contains(field):
                    return ChangeKind.Other;
            }
        }

        return ChangeKind.Other;
    }
}
