using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>How far a move to the new version is a matter of the <c>apiVersion</c> alone.</summary>
internal enum ApiMove
{
    /// <summary>The same fields and the same defaults under another name.</summary>
    SameFields,

    /// <summary>A workload: a selector is wanted, and some defaults differ.</summary>
    Workload,

    /// <summary>The same fields; but an empty selector, which fitted no pod, fits every pod.</summary>
    DisruptionBudget,

    /// <summary>Fields were renamed, moved or dropped.</summary>
    Rewrite,
}

/// <summary>
/// A version of a kind that the API server does not serve any more, and what has come in its place.
/// Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
/// </summary>
/// <param name="To">Null where nothing has come in its place.</param>
/// <param name="RemovedIn">The first version of Kubernetes that does not serve it.</param>
internal sealed record RemovedApi(string From, string Kind, string? To, string RemovedIn, ApiMove Move)
{
    private static readonly RemovedApi[] All =
    [
        new("extensions/v1beta1", "Deployment", "apps/v1", "v1.16", ApiMove.Workload),
        new("extensions/v1beta1", "DaemonSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("extensions/v1beta1", "ReplicaSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1", "v1.16", ApiMove.SameFields),
        new("extensions/v1beta1", "PodSecurityPolicy", null, "v1.16", ApiMove.Rewrite),
        new("extensions/v1beta1", "Ingress", "networking.k8s.io/v1", "v1.22", ApiMove.Rewrite),
        new("apps/v1beta1", "Deployment", "apps/v1", "v1.16", ApiMove.Workload),
        new("apps/v1beta1", "StatefulSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("apps/v1beta2", "Deployment", "apps/v1", "v1.16", ApiMove.Workload),
        new("apps/v1beta2", "StatefulSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("apps/v1beta2", "DaemonSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("apps/v1beta2", "ReplicaSet", "apps/v1", "v1.16", ApiMove.Workload),
        new("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1", "v1.22", ApiMove.Rewrite),
        new("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", "v1.22", ApiMove.Rewrite),
        new("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "apiextensions.k8s.io/v1", "v1.22", ApiMove.Rewrite),
        new("apiregistration.k8s.io/v1beta1", "APIService", "apiregistration.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2", "v1.25", ApiMove.Rewrite),
        new("autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2", "v1.26", ApiMove.SameFields),
        new("batch/v1beta1", "CronJob", "batch/v1", "v1.25", ApiMove.SameFields),
        new("coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("discovery.k8s.io/v1beta1", "EndpointSlice", "discovery.k8s.io/v1", "v1.25", ApiMove.Rewrite),
        new("networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1", "v1.22", ApiMove.Rewrite),
        new("networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("node.k8s.io/v1beta1", "RuntimeClass", "node.k8s.io/v1", "v1.25", ApiMove.SameFields),
        new("policy/v1beta1", "PodDisruptionBudget", "policy/v1", "v1.25", ApiMove.DisruptionBudget),
        new("policy/v1beta1", "PodSecurityPolicy", null, "v1.25", ApiMove.Rewrite),
        new("rbac.authorization.k8s.io/v1beta1", "ClusterRole", "rbac.authorization.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", "rbac.authorization.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("rbac.authorization.k8s.io/v1beta1", "Role", "rbac.authorization.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("rbac.authorization.k8s.io/v1beta1", "RoleBinding", "rbac.authorization.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("scheduling.k8s.io/v1beta1", "PriorityClass", "scheduling.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSIDriver", "storage.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSINode", "storage.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "StorageClass", "storage.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "VolumeAttachment", "storage.k8s.io/v1", "v1.22", ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSIStorageCapacity", "storage.k8s.io/v1", "v1.27", ApiMove.SameFields),
    ];

    private readonly byte[] fromUtf8 = Encoding.UTF8.GetBytes(From);
    private readonly byte[] kindUtf8 = Encoding.UTF8.GetBytes(Kind);

    /// <summary>Finds an object's version among those removed; null for all that are served.</summary>
    public static RemovedApi? Find(Subject subject)
    {
        // All that were removed are betas, and most objects are not.
        if (subject.ApiVersion.IndexOf("beta"u8) < 0)
        {
            return null;
        }

        foreach (var api in All)
        {
            if (subject.Kind.SequenceEqual(api.kindUtf8) && subject.ApiVersion.SequenceEqual(api.fromUtf8))
            {
                return api;
            }
        }

        return null;
    }

    /// <summary>Reports the object at its <c>apiVersion</c>, with the move to the new version, or why a person has to make it.</summary>
    public void Report(Rule rule, Subject subject, FindingList findings)
    {
        var place = subject.Root[Name.ApiVersion];
        var message = $"{Kind} uses apiVersion {From}, which Kubernetes {RemovedIn} does not serve any more; use {To ?? "something else"}";
        if (To is null)
        {
            findings.Add(rule, place, message, Refusal.NeedsDecision($"what to use in place of {Kind}, which is gone"));
        }
        else if (WhyNot(subject) is { } reason)
        {
            findings.Add(rule, place, message, Refusal.NeedsDecision(reason));
        }
        else
        {
            var changed = string.Join(", ", ChangedDefaults(subject));
            findings.Add(rule, place, message, changed.Length == 0
                ? new Fix($"Set apiVersion to {To}", Safety.Safe, new Edit.Set(place.Path, To))
                : new Fix($"Set apiVersion to {To}, where the default differs for {changed}", Safety.Review, new Edit.Set(place.Path, To)));
        }
    }

    private string? WhyNot(Subject subject)
    {
        var selector = subject.Spec[Name.Selector];
        return Move switch
        {
            ApiMove.Rewrite => $"how the fields of this {Kind} are written in {To}, where they differ",
            ApiMove.DisruptionBudget when selector.IsMap && selector[Name.MatchLabels].Count + selector[Name.MatchExpressions].Count == 0 =>
                "which pods the empty selector means: none in policy/v1beta1, every pod of the namespace in policy/v1",
            ApiMove.Workload when selector[Name.MatchExpressions].Count > 0 => "whether the expressions of spec.selector fit the labels of the template",
            ApiMove.Workload when selector[Name.MatchLabels].Count == 0 => "spec.selector, which apps/v1 wants, and which cannot be changed afterwards",
            ApiMove.Workload when !FitsTemplate(subject) => "which is right, spec.selector or the labels of the template, that differ",
            ApiMove.Workload when subject.Spec[Name.RollbackTo].Exists => "what becomes of spec.rollbackTo, which apps/v1 has not",
            ApiMove.Workload when subject.Spec["templateGeneration"].Exists => "what becomes of spec.templateGeneration, which apps/v1 has not",
            _ => null,
        };
    }

    private static bool FitsTemplate(Subject subject)
    {
        var labels = subject.Spec[Name.Template][Name.Metadata][Name.Labels];
        foreach (var wanted in subject.Spec[Name.Selector][Name.MatchLabels].Entries)
        {
            if (!labels.IsMap || labels[wanted.Key].Text is not { } text || text != wanted.Value.Text)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The fields that are not written out and have another default in apps/v1, and how it differs.</summary>
    private IEnumerable<string> ChangedDefaults(Subject subject)
    {
        if (Move != ApiMove.Workload)
        {
            yield break;
        }

        var isExtensions = From == "extensions/v1beta1";
        var strategy = subject.Spec[Name.Strategy];
        if (Kind == "Deployment" && isExtensions && !subject.Spec[Name.ProgressDeadlineSeconds].Exists)
        {
            yield return "progressDeadlineSeconds (none, now 600)";
        }

        if (Kind == "Deployment" && From != "apps/v1beta2" && !subject.Spec[Name.RevisionHistoryLimit].Exists)
        {
            yield return $"revisionHistoryLimit ({(isExtensions ? "all" : "2")}, now 10)";
        }

        if (Kind == "Deployment" && isExtensions && !strategy[Name.Type].Is("Recreate"u8)
            && !(strategy[Name.RollingUpdate][Name.MaxSurge].Exists && strategy[Name.RollingUpdate][Name.MaxUnavailable].Exists))
        {
            yield return "maxSurge and maxUnavailable (1, now 25%)";
        }

        if (((Kind == "DaemonSet" && isExtensions) || (Kind == "StatefulSet" && From == "apps/v1beta1"))
            && !subject.Spec[Name.UpdateStrategy][Name.Type].Exists)
        {
            yield return "updateStrategy (OnDelete, now RollingUpdate)";
        }
    }
}
