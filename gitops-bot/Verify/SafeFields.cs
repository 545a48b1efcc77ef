using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// What a fix may touch at all, by name: of a pod, of what makes pods, of webhooks and of custom resources. What is not on
/// a list is refused, so that a field nobody has thought of is no way around the other assertions; they judge what is.
/// </summary>
internal static class SafeFields
{
    /// <summary>Of a pod's spec.</summary>
    private static readonly FrozenSet<string> Pod = FrozenSet.Create(
        StringComparer.Ordinal,
        "containers", "initContainers", "ephemeralContainers", "affinity", "dnsConfig", "restartPolicy", "securityContext", "serviceAccountName", "serviceAccount",
        "automountServiceAccountToken", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "priority", "priorityClassName", "volumes");

    private static readonly FrozenSet<string> Container = FrozenSet.Create(
        StringComparer.Ordinal,
        "name", "image", "imagePullPolicy", "resources", "securityContext", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "ports", "volumeMounts");

    private static readonly FrozenSet<string> SecurityContext = FrozenSet.Create(
        StringComparer.Ordinal,
        "runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "seccompProfile", "appArmorProfile", "seLinuxOptions", "sysctls", "privileged", "allowPrivilegeEscalation",
        "readOnlyRootFilesystem", "capabilities", "procMount", "windowsOptions");

    private static readonly FrozenSet<string> Resources = FrozenSet.Create(StringComparer.Ordinal, "cpu", "memory", "ephemeral-storage");

    /// <summary>Of what makes pods, beside the pods.</summary>
    private static readonly FrozenSet<string> Workload = FrozenSet.Create(
        StringComparer.Ordinal,
        "replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds", "strategy", "updateStrategy", "selector", "ttlSecondsAfterFinished");

    private static readonly FrozenSet<string> Webhook = FrozenSet.Create(
        StringComparer.Ordinal,
        "admissionReviewVersions", "matchPolicy", "timeoutSeconds", "sideEffects", "failurePolicy", "reinvocationPolicy");

    /// <summary>Confinement, which may come or be tightened in whatever object.</summary>
    private static readonly FrozenSet<string> Confinement = FrozenSet.Create(
        StringComparer.Ordinal,
        "privileged", "hostNetwork", "hostPID", "hostIPC", "hostProcess", "shareProcessNamespace", "allowPrivilegedContainer", "allowPrivilegeEscalation",
        "automountServiceAccountToken", "runAsNonRoot", "readOnlyRootFilesystem", "runAsUser", "runAsGroup", "fsGroup", "procMount");

    /// <summary>Groups of the API server itself that do not end in <c>.k8s.io</c>.</summary>
    private static readonly FrozenSet<string> OwnGroups = FrozenSet.Create(StringComparer.Ordinal, "", "apps", "batch", "autoscaling", "policy", "extensions");

    private static readonly FrozenSet<string> ContainerLists = FrozenSet.Create(StringComparer.Ordinal, "containers", "initContainers", "ephemeralContainers");

    public static string? Broken(SafetyCase @case)
    {
        foreach (var change in @case.Changes)
        {
            if (!IsAllowed(@case, change) && !IsRewritten(@case, change) && !IsRespelt(@case, change))
            {
                return $"{change} is not among the fields that a fix may touch";
            }
        }

        return null;
    }

    private static bool IsAllowed(SafetyCase @case, TreeChange change)
    {
        var path = change.Path;
        if (path.ToList().FindIndex(step => step.EndsWith("nnotations", StringComparison.Ordinal)) is >= 0 and var at)
        {
            return IsAnnotation(@case, change, at);
        }

        if (change.Passes("clientConfig"))
        {
            return false;
        }

        // What these are about is said by the assertions of their own.
        if (path is ["apiVersion" or "kind" or "metadata" or "status", ..])
        {
            return true;
        }

        if (PodSpecOf(@case, path) is { } pod)
        {
            return IsOfPod(@case, change, [.. path.Skip(pod)]);
        }

        if (PodTemplate.IsHeldBy(@case.Pair.Before))
        {
            return path.Any(Workload.Contains) || path.TakeLast(3).ToList() is ["metadata", "labels", _];
        }

        var type = ObjectIdentity.Of(@case.Pair.Before);
        var group = type.ApiVersion is { } version && version.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? version[..slash] : "";
        if (group == "admissionregistration.k8s.io")
        {
            return path is ["webhooks", _, var field, ..] && Webhook.Contains(field);
        }

        return @case.Kind == "Ingress" ? IsOfIngress(@case, change)
            : OwnGroups.Contains(group) || group.EndsWith(".k8s.io", StringComparison.Ordinal) || Confinement.Contains(change.LastKey);
    }

    /// <summary>Nobody knows what the next controller reads in one: only those of the owner's defaults come, and none goes.</summary>
    private static bool IsAnnotation(SafetyCase @case, TreeChange change, int at) =>
        SafePrivileges.IsProfileAnnotation(change.Last)
        || (change.IsAdded
            && at == 1 && change.Path.Count == 3 && change.StartsWith("metadata", "annotations")
            && @case.Candidate.Surroundings.Settings.Defaults.Annotations.TryGetValue(change.Last, out var value) && SafetyCase.Text(change.After) == value);

    /// <param name="path">From within the pod's spec.</param>
    private static bool IsOfPod(SafetyCase @case, TreeChange change, IReadOnlyList<string> path)
    {
        if (path.Count == 0 || !Pod.Contains(path[0]))
        {
            return false;
        }

        return path[0] switch
        {
            _ when ContainerLists.Contains(path[0]) => path.Count < 3 || IsOfContainer(change, [.. path.Skip(2)]),
            "affinity" => path is ["affinity"] or ["affinity", "podAntiAffinity"] or ["affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", ..],
            "dnsConfig" => path is ["dnsConfig"] or ["dnsConfig", "options", ..],
            "securityContext" => IsSecurityContext([.. path.Skip(1)]),
            "priority" => change.IsRemoved,
            "priorityClassName" => SafetyCase.Text(change.After) is { } name
                && (name == @case.Candidate.Surroundings.Settings.Defaults.PriorityClassName || (!name.StartsWith("system-", StringComparison.Ordinal) && IsOfHistory(@case, name))),
            _ => true,
        };
    }

    /// <param name="path">From within the container.</param>
    private static bool IsOfContainer(TreeChange change, IReadOnlyList<string> path) => Container.Contains(path[0]) && path[0] switch
    {
        "resources" => path is ["resources"] or ["resources", "requests" or "limits"] || (path is ["resources", "requests" or "limits", var resource] && Resources.Contains(resource)),
        "securityContext" => IsSecurityContext([.. path.Skip(1)]),
        "ports" => change is { IsRemoved: true, LastKey: "hostPort" },

        // Whom a probe asks is the pod itself.
        "livenessProbe" or "readinessProbe" or "startupProbe" => change.LastKey != "host" || change.IsRemoved,
        _ => true,
    };

    private static bool IsSecurityContext(IReadOnlyList<string> path) =>
        path.Count == 0 || (SecurityContext.Contains(path[0]) && (path[0] != "windowsOptions" || path is ["windowsOptions", "hostProcess"]));

    /// <summary>Where traffic goes stays, in the old way of writing and in the new one.</summary>
    private static bool IsOfIngress(SafetyCase @case, TreeChange change) =>
        change.Path is not [.., "service", "name"]
        || (change.IsAdded && @case.Changes.Any(other => other is { IsRemoved: true, LastKey: "serviceName" } && JsonEquality.AreEqual(other.Before, change.After)));

    private static bool IsOfHistory(SafetyCase @case, string value) => @case.Candidate.Edits.Fixes.Any(fix =>
        fix.By == Proposer.History && fix.Evidence.Count > 0 && fix.Fix.Edits.Any(edit => edit is Edit.Set { Value: Value.Text(var written) } && written == value));

    /// <summary>How many steps lead to the pod spec that the path goes through; null where it goes through none.</summary>
    private static int? PodSpecOf(SafetyCase @case, IReadOnlyList<string> path)
    {
        int? template = path is ["spec", ..] && @case.Kind == "Pod" ? 1 : null;
        for (var i = 1; i <= path.Count; i++)
        {
            var isTemplate = i > 1 && path[i - 1] == "spec" && path[i - 2] != "jobTemplate" && path[i - 2].EndsWith("emplate", StringComparison.Ordinal);
            if (HoldsContainers(@case.Pair.BeforeTree, path, i) || HoldsContainers(@case.Pair.AfterTree, path, i))
            {
                return i;
            }

            template = isTemplate ? i : template;
        }

        // What else a template of a template has between the two is no pod's.
        return template is { } last && path.Count > last && path[last].EndsWith("emplate", StringComparison.Ordinal) ? null : template;
    }

    private static bool HoldsContainers(JsonNode? tree, IReadOnlyList<string> path, int length) =>
        TreePath.Find(tree, path.Take(length)) is JsonObject map && map["containers"] is JsonArray;

    /// <summary>The same text as a value of another type: a number in quotes, a word that was a boolean.</summary>
    private static bool IsRewritten(SafetyCase @case, TreeChange change) =>
        change is { IsBefore: true, IsAfter: true } && IsSame(@case, change.Path, change.Path);

    /// <summary>The same value under the name that was meant: a letter less, or another case, and only to a name that is on the list.</summary>
    private static bool IsRespelt(SafetyCase @case, TreeChange change) => @case.Changes.Any(other =>
        (change.IsRemoved && other.IsAdded && IsRespelling(change.Path, other.Path) && IsAllowed(@case, other) && IsSame(@case, change.Path, other.Path))
        || (change.IsAdded && other.IsRemoved && IsRespelling(other.Path, change.Path) && IsAllowed(@case, change) && IsSame(@case, other.Path, change.Path)));

    private static bool IsSame(SafetyCase @case, IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        FieldOf(@case.Pair.Before, before).Text is { } one && FieldOf(@case.Pair.After, after).Text is { } other && one == other;

    private static bool IsRespelling(IReadOnlyList<string> wrong, IReadOnlyList<string> right)
    {
        if (wrong.Count != right.Count)
        {
            return false;
        }

        var differing = Enumerable.Range(0, wrong.Count).Where(i => wrong[i] != right[i]).ToList();
        return differing is [var at] && !TreeChange.IsElement(wrong[at]) && Distance(wrong[at].ToLowerInvariant(), right[at].ToLowerInvariant()) <= 2;
    }

    /// <summary>Letters that come, go or change from one word to the other.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    /// <summary>Absent where an element is not there just once.</summary>
    private static Field FieldOf(Field root, IReadOnlyList<string> path)
    {
        var at = root;
        foreach (var step in path)
        {
            if (!TreeChange.IsElement(step))
            {
                at = at[step];
                continue;
            }

            var (name, i, found, count) = (step[1..^1], 0, default(Field), 0);
            foreach (var element in at.Elements)
            {
                var isIt = element["name"].Text is { } own ? own == name || i.ToString(CultureInfo.InvariantCulture) == name : i.ToString(CultureInfo.InvariantCulture) == name;
                (found, count) = isIt ? (element, count + 1) : (found, count);
                i++;
            }

            at = count == 1 ? found : default;
        }

        return at;
    }
}
