using System.Collections.Frozen;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

[Flags]
internal enum ModelOperations
{
    None = 0,
    Set = 1,
    Append = 2,
    Remove = 4,
}

/// <summary>
/// A place that a model may write to, for one finding. The list is worked out of rule and object alone, before a model is
/// asked; a rule that is not named here has no place, and no answer is asked for. Names, images, selectors, labels, commands,
/// environment, volumes, secrets and rights are not on it, whatever the rule.
/// </summary>
/// <param name="Path">Within the object that the finding is about. An answer names it by its very text.</param>
/// <param name="Value">Of no account to a removal.</param>
internal sealed record ModelPlace(FieldPath Path, ModelOperations Operations, ModelValue Value)
{
    private const long MostReplicas = 50;

    private const long MostSeconds = 30 * 24 * 60 * 60;

    /// <summary>No place leads through these. Said a second time, so that a mistake in the list below opens no door.</summary>
    private static readonly FrozenSet<string> Never = FrozenSet.Create(
        StringComparer.Ordinal,
        "apiVersion", "kind", "name", "namespace", "generateName", "labels", "annotations", "ownerReferences", "finalizers", "image", "imagePullPolicy",
        "imagePullSecrets", "selector", "matchLabels", "matchExpressions", "podSelector", "namespaceSelector", "command", "args", "env", "envFrom", "exec",
        "lifecycle", "volumes", "volumeMounts", "volumeDevices", "volumeClaimTemplates", "hostPath", "secretName", "secretRef", "data", "stringData",
        "binaryData", "privileged", "allowPrivilegeEscalation", "capabilities", "hostNetwork", "hostPID", "hostIPC", "hostPort", "rules", "subjects", "roleRef",
        "webhooks", "status");

    public static IReadOnlyList<ModelPlace> Of(Finding finding, Field root) =>
        [.. Listed(finding, root).Where(place => !place.Path.Steps.Any(step => step is PathStep.Key(var name) && Never.Contains(name)))];

    private static IEnumerable<ModelPlace> Listed(Finding finding, Field root)
    {
        var path = finding.Path;
        var last = path.Steps.Count > 0 && path.Steps[^1] is PathStep.Key(var name) ? name : "";
        switch (finding.Rule.Id)
        {
            case "unset-cpu-requirements" or "unset-cpu-limit":
                return Resources(path, "cpu");
            case "unset-memory-requirements" or "unset-memory-request":
                return Resources(path, "memory");
            case "request-exceeds-limit" when last is "cpu" or "memory":
                return Resources(path, last);
            case "no-liveness-probe" when last == "livenessProbe":
            case "no-readiness-probe" when last == "readinessProbe":
                return PortsOf(finding, root) is { IsEmpty: false } ports ? [Set(path, ModelValue.Probe(ports))] : [];
            case "liveness-port" or "readiness-port" or "startup-port" when last == "port":
                return PortsOf(finding, root) is { IsEmpty: false } listed ? [Set(path, ModelValue.Port(listed))] : [];
            case "minimum-three-replicas" when last == "replicas":
                return [Set(path, AtLeast(root["spec"]["replicas"]))];
            case "hpa-minimum-three-replicas":
                return [Set(At("spec", "minReplicas"), AtLeast(root["spec"]["minReplicas"])), Set(At("spec", "maxReplicas"), AtLeast(root["spec"]["maxReplicas"]))];
            case "pdb-max-unavailable" when last == "maxUnavailable":
                return [Set(path, ModelValue.PodsOrPercent)];
            case "pdb-min-available" when last is "minAvailable" or "maxUnavailable":
                return
                [
                    new(At("spec", "minAvailable"), ModelOperations.Set | ModelOperations.Remove, ModelValue.PodsOrPercent),
                    Set(At("spec", "maxUnavailable"), ModelValue.PodsOrPercent),
                ];
            case "job-ttl-seconds-after-finished" when last == "ttlSecondsAfterFinished":
                return [Set(path, ModelValue.Integer(0, MostSeconds))];
            case "restart-policy" when last == "restartPolicy":
                return [Set(path, ModelValue.OneOf(["Always", "OnFailure", "Never"]))];
            case "no-rolling-update-strategy" when path.Steps.Count > 1 && path.Steps[1] is PathStep.Key("strategy" or "updateStrategy"):
                var strategy = new FieldPath(path.Steps[..2]);
                return
                [
                    Set(strategy.Key("type"), ModelValue.OneOf(["RollingUpdate"])),
                    Set(strategy.Key("rollingUpdate").Key("maxUnavailable"), ModelValue.PodsOrPercent),
                    Set(strategy.Key("rollingUpdate").Key("maxSurge"), ModelValue.PodsOrPercent),
                ];
            case "run-as-non-root" or "run-as-user" or "pss-run-as-non-root" or "pss-run-as-user" when last is "runAsNonRoot" or "runAsUser":
                return UserIds(root) is { Count: > 0 } known
                    ? [Set(path.Parent!.Key("runAsUser"), ModelValue.OneOf(known)), Set(path.Parent!.Key("runAsNonRoot"), ModelValue.Only(true))]
                    : [];
            case "default-service-account" when last == "serviceAccountName":
                return [Set(path.Parent!.Key("automountServiceAccountToken"), ModelValue.Only(false))];
            case "deprecated-service-account-field" when last == "serviceAccount":
                var pod = FieldWalk.To(root, finding.Pointer[..finding.Pointer.LastIndexOf('/')]);
                return
                [
                    Set(path.Parent!.Key("serviceAccountName"), ModelValue.OneOf([.. new[] { pod["serviceAccount"].Text, pod["serviceAccountName"].Text }.OfType<string>()])),
                    new(path, ModelOperations.Remove, ModelValue.OneOf(Array.Empty<string>())),
                ];
            case "exposed-services" when last == "type":
                return [Set(path, ModelValue.OneOf(["ClusterIP"]))];
            default:
                return [];
        }
    }

    private static ModelPlace Set(FieldPath path, ModelValue value) => new(path, ModelOperations.Set, value);

    private static FieldPath At(params string[] keys) => keys.Aggregate(FieldPath.Root, (path, key) => path.Key(key));

    /// <summary>Never less than there are.</summary>
    private static ModelValue AtLeast(Field now) => ModelValue.Integer(Math.Max(1, now.Integer ?? 1), Math.Max(MostReplicas, now.Integer ?? 1));

    private static IEnumerable<ModelPlace> Resources(FieldPath path, string resource)
    {
        if (ContainerOf(path) is { } container)
        {
            var value = resource == "cpu" ? ModelValue.Cpu : ModelValue.Memory;
            yield return Set(container.Key("resources").Key("requests").Key(resource), value);
            yield return Set(container.Key("resources").Key("limits").Key(resource), value);
        }
    }

    /// <summary>Null where the place is in no container, or in one without a name: by position alone nothing is written.</summary>
    private static FieldPath? ContainerOf(FieldPath path)
    {
        for (var i = path.Steps.Count - 1; i > 0; i--)
        {
            if (path.Steps[i] is PathStep.Element && path.Steps[i - 1] is PathStep.Key("containers" or "initContainers"))
            {
                return new(path.Steps[..(i + 1)]);
            }
        }

        return null;
    }

    private static ContainerPorts? PortsOf(Finding finding, Field root) =>
        ContainerOf(finding.Path) is not null && PodPlace.Of(root, finding.Pointer) is { Container: { } container } ? ContainerPorts.Of(container) : null;

    /// <summary>Users and groups above 0 that the object itself names: no other number is taken from a model.</summary>
    private static SortedSet<long> UserIds(Field root)
    {
        var ids = new SortedSet<long>();
        Collect(root, 0);
        return ids;

        void Collect(Field field, int depth)
        {
            if (depth > 32)
            {
                return;
            }

            foreach (var entry in field.Entries)
            {
                if (entry.Key is "runAsUser" or "runAsGroup" or "fsGroup" && entry.Value.Integer is > 0 and var id)
                {
                    ids.Add(id);
                }

                Collect(entry.Value, depth + 1);
            }

            foreach (var element in field.Elements)
            {
                Collect(element, depth + 1);
            }
        }
    }
}
