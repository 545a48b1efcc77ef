using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Schemas;

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

    /// <summary>Backends are written otherwise, and the type of a path is wanted.</summary>
    Ingress,

    /// <summary>Metrics are written otherwise.</summary>
    Autoscaler,

    /// <summary>The number of shares has another name, and a zero is taken as it stands.</summary>
    PriorityLevel,

    /// <summary>The same fields, other defaults, and two of them are wanted.</summary>
    Webhooks,

    /// <summary>The same fields, but the signer and the usages are wanted.</summary>
    SigningRequest,

    /// <summary>The same fields but for the topology of an endpoint.</summary>
    EndpointSlice,

    /// <summary>Fields were renamed, moved or dropped.</summary>
    Rewrite,

    /// <summary>Another kind has taken its place.</summary>
    OtherKind,
}

/// <summary>
/// A version of a kind that the API server serves with a warning, or not any more, and what has come in its place.
/// Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/, and for what it does not list, the
/// life cycle that the types of the API declare.
/// </summary>
/// <param name="Kinds">One or more, with spaces between them.</param>
/// <param name="To">The version in its place, or another version and kind; null where nothing has come in its place.</param>
/// <param name="ToSince">The first minor version that serves <paramref name="To"/>.</param>
/// <param name="Deprecated">The first minor version that warns.</param>
/// <param name="Removed">The first minor version that does not serve it; null where none is announced.</param>
internal sealed record RetiredApi(string From, string Kinds, string? To, int ToSince, int Deprecated, int? Removed, ApiMove Move = ApiMove.Rewrite)
{
    /// <summary>The newest minor version that the list has been brought up to.</summary>
    public const int NewestKnown = 36;

    // Where several rows fit, the last whose replacement is served at the version counts.
    private static readonly RetiredApi[] All =
    [
        new("v1", "ComponentStatus", null, 0, 19, null),
        new("v1", "Endpoints", "discovery.k8s.io/v1 EndpointSlice", 21, 33, null, ApiMove.OtherKind),
        new("extensions/v1beta1", "Deployment DaemonSet ReplicaSet", "apps/v1", 9, 9, 16, ApiMove.Workload),
        new("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1", 7, 9, 16, ApiMove.SameFields),
        new("extensions/v1beta1", "PodSecurityPolicy", null, 0, 11, 16),
        new("extensions/v1beta1", "Ingress", "networking.k8s.io/v1beta1", 14, 14, 22, ApiMove.SameFields),
        new("extensions/v1beta1", "Ingress", "networking.k8s.io/v1", 19, 14, 22, ApiMove.Ingress),
        new("apps/v1beta1", "Deployment StatefulSet", "apps/v1", 9, 9, 16, ApiMove.Workload),
        new("apps/v1beta1", "ControllerRevision", "apps/v1", 9, 9, 16, ApiMove.SameFields),
        new("apps/v1beta2", "Deployment StatefulSet DaemonSet ReplicaSet", "apps/v1", 9, 9, 16, ApiMove.Workload),
        new("apps/v1beta2", "ControllerRevision", "apps/v1", 9, 9, 16, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", 16, 16, 22, ApiMove.Webhooks),
        new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1beta1", 28, 29, 32, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1", 30, 29, 32, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1", 30, 31, 34, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1beta1", 34, 35, 38, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1", 36, 35, 38, ApiMove.SameFields),
        new("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1", 36, 37, 40, ApiMove.SameFields),
        new("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "apiextensions.k8s.io/v1", 16, 16, 22),
        new("apiregistration.k8s.io/v1beta1", "APIService", "apiregistration.k8s.io/v1", 10, 19, 22, ApiMove.SameFields),
        new("auditregistration.k8s.io/v1alpha1", "AuditSink", null, 0, 19, 19),
        new("authentication.k8s.io/v1beta1", "TokenReview", "authentication.k8s.io/v1", 6, 19, 22, ApiMove.SameFields),
        new("authentication.k8s.io/v1alpha1", "SelfSubjectReview", "authentication.k8s.io/v1", 28, 29, 32, ApiMove.SameFields),
        new("authentication.k8s.io/v1beta1", "SelfSubjectReview", "authentication.k8s.io/v1", 28, 30, 33, ApiMove.SameFields),
        new("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview SelfSubjectRulesReview", "authorization.k8s.io/v1", 8, 19, 22, ApiMove.SameFields),
        new("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview SubjectAccessReview", "authorization.k8s.io/v1", 6, 19, 22),
        new("autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2", 23, 22, 25, ApiMove.Autoscaler),
        new("autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2", 23, 23, 26, ApiMove.SameFields),
        new("batch/v2alpha1", "CronJob", "batch/v1beta1", 8, 21, 21, ApiMove.SameFields),
        new("batch/v2alpha1", "CronJob", "batch/v1", 21, 21, 21, ApiMove.SameFields),
        new("batch/v1beta1", "CronJob", "batch/v1", 21, 21, 25, ApiMove.SameFields),
        new("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "certificates.k8s.io/v1", 19, 19, 22, ApiMove.SigningRequest),
        new("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", "certificates.k8s.io/v1beta1", 33, 34, 37, ApiMove.SameFields),
        new("certificates.k8s.io/v1alpha1", "PodCertificateRequest", "certificates.k8s.io/v1beta1", 35, 35, 35),
        new("coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1", 14, 19, 22, ApiMove.SameFields),
        new("coordination.k8s.io/v1alpha1", "LeaseCandidate", "coordination.k8s.io/v1alpha2", 32, 32, 32),
        new("coordination.k8s.io/v1alpha1", "LeaseCandidate", "coordination.k8s.io/v1beta1", 33, 32, 32),
        new("coordination.k8s.io/v1alpha2", "LeaseCandidate", "coordination.k8s.io/v1beta1", 33, 35, 38, ApiMove.SameFields),
        new("coordination.k8s.io/v1beta1", "LeaseCandidate", null, 0, 36, 39),
        new("discovery.k8s.io/v1alpha1", "EndpointSlice", "discovery.k8s.io/v1", 21, 21, 21),
        new("discovery.k8s.io/v1beta1", "EndpointSlice", "discovery.k8s.io/v1", 21, 21, 25, ApiMove.EndpointSlice),
        new("events.k8s.io/v1beta1", "Event", "events.k8s.io/v1", 19, 22, 25),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta1", 20, 20, 21, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 20, 21, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1", 29, 20, 21, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta1", 20, 20, 21, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 20, 21, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1alpha1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", 29, 20, 21, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta2", 23, 23, 26, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 23, 26, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1", 29, 23, 26, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta2", 23, 23, 26, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 23, 26, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", 29, 23, 26, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 26, 29, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1", 29, 26, 29, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta3", 26, 26, 29, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", 29, 26, 29, ApiMove.PriorityLevel),
        new("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1", 29, 29, 32, ApiMove.SameFields),
        new("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", 29, 29, 32, ApiMove.PriorityLevel),
        new("networking.k8s.io/v1alpha1", "ClusterCIDR", null, 0, 28, 29),
        new("networking.k8s.io/v1alpha1", "IPAddress ServiceCIDR", "networking.k8s.io/v1beta1", 31, 30, 32, ApiMove.SameFields),
        new("networking.k8s.io/v1alpha1", "IPAddress ServiceCIDR", "networking.k8s.io/v1", 33, 30, 32, ApiMove.SameFields),
        new("networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1", 19, 19, 22, ApiMove.Ingress),
        new("networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1", 19, 19, 22, ApiMove.SameFields),
        new("networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", "networking.k8s.io/v1", 33, 34, 37, ApiMove.SameFields),
        new("node.k8s.io/v1alpha1", "RuntimeClass", "node.k8s.io/v1", 20, 20, 24),
        new("node.k8s.io/v1beta1", "RuntimeClass", "node.k8s.io/v1", 20, 22, 25, ApiMove.SameFields),
        new("policy/v1beta1", "PodDisruptionBudget", "policy/v1", 21, 21, 25, ApiMove.DisruptionBudget),
        new("policy/v1beta1", "Eviction", "policy/v1", 22, 22, 25, ApiMove.SameFields),
        new("policy/v1beta1", "PodSecurityPolicy", null, 0, 21, 25),
        new("rbac.authorization.k8s.io/v1alpha1", "ClusterRole Role", "rbac.authorization.k8s.io/v1", 8, 17, 23, ApiMove.SameFields),
        new("rbac.authorization.k8s.io/v1alpha1", "ClusterRoleBinding RoleBinding", "rbac.authorization.k8s.io/v1", 8, 17, 23),
        new("rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding", "rbac.authorization.k8s.io/v1", 8, 17, 22, ApiMove.SameFields),
        new("resource.k8s.io/v1alpha1", "PodScheduling", null, 0, 27, 27),
        new("resource.k8s.io/v1alpha1", "ResourceClaim ResourceClaimTemplate", "resource.k8s.io/v1", 34, 27, 27),
        new("resource.k8s.io/v1alpha1", "ResourceClass", "resource.k8s.io/v1 DeviceClass", 34, 27, 27, ApiMove.OtherKind),
        new("resource.k8s.io/v1alpha2", "PodSchedulingContext ResourceClaimParameters ResourceClassParameters", null, 0, 31, 31),
        new("resource.k8s.io/v1alpha2", "ResourceClaim ResourceClaimTemplate ResourceSlice", "resource.k8s.io/v1", 34, 31, 31),
        new("resource.k8s.io/v1alpha2", "ResourceClass", "resource.k8s.io/v1 DeviceClass", 34, 31, 31, ApiMove.OtherKind),
        new("resource.k8s.io/v1alpha3", "PodSchedulingContext", null, 0, 32, 32),
        new("resource.k8s.io/v1alpha3", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", "resource.k8s.io/v1", 34, 34, 34),
        new("resource.k8s.io/v1alpha3", "DeviceTaintRule", "resource.k8s.io/v1beta2", 36, 36, 39),
        new("resource.k8s.io/v1beta1", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", "resource.k8s.io/v1", 34, 35, 38),
        new("resource.k8s.io/v1beta2", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", "resource.k8s.io/v1", 34, 36, 39, ApiMove.SameFields),
        new("scheduling.k8s.io/v1alpha1", "PriorityClass", "scheduling.k8s.io/v1", 14, 14, 23, ApiMove.SameFields),
        new("scheduling.k8s.io/v1alpha1", "Workload", "scheduling.k8s.io/v1alpha2", 36, 36, 36),
        new("scheduling.k8s.io/v1beta1", "PriorityClass", "scheduling.k8s.io/v1", 14, 14, 22, ApiMove.SameFields),
        new("settings.k8s.io/v1alpha1", "PodPreset", null, 0, 20, 20),
        new("storage.k8s.io/v1alpha1", "VolumeAttachment", "storage.k8s.io/v1", 13, 21, 24, ApiMove.SameFields),
        new("storage.k8s.io/v1alpha1", "CSIStorageCapacity", "storage.k8s.io/v1beta1", 21, 21, 24, ApiMove.SameFields),
        new("storage.k8s.io/v1alpha1", "CSIStorageCapacity", "storage.k8s.io/v1", 24, 21, 24, ApiMove.SameFields),
        new("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "storage.k8s.io/v1beta1", 31, 32, 35, ApiMove.SameFields),
        new("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "storage.k8s.io/v1", 34, 32, 35, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSIDriver", "storage.k8s.io/v1", 18, 19, 22, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSINode", "storage.k8s.io/v1", 17, 17, 22, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "StorageClass", "storage.k8s.io/v1", 6, 19, 22, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "VolumeAttachment", "storage.k8s.io/v1", 13, 19, 22, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "CSIStorageCapacity", "storage.k8s.io/v1", 24, 24, 27, ApiMove.SameFields),
        new("storage.k8s.io/v1beta1", "VolumeAttributesClass", "storage.k8s.io/v1", 34, 34, 37, ApiMove.SameFields),
        new("storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", "storagemigration.k8s.io/v1beta1", 35, 35, 35),
    ];

    private readonly byte[] fromUtf8 = Encoding.UTF8.GetBytes(From);
    private readonly byte[][] kindsUtf8 = [.. Kinds.Split(' ').Select(Encoding.UTF8.GetBytes)];

    /// <summary>The whole list, for the tests.</summary>
    internal static IReadOnlyList<RetiredApi> List => All;

    /// <summary>True when a cluster of the version serves it no more. Of the latest, that is said of what a known version has removed.</summary>
    public bool IsRemovedAt(KubernetesVersion version) => Removed <= Minor(version);

    /// <summary>True when a cluster of the version serves it, and warns.</summary>
    public bool IsDeprecatedAt(KubernetesVersion version) => Deprecated <= Minor(version) && !IsRemovedAt(version);

    /// <summary>Finds an object's version among those that are or will be retired; null for all others.</summary>
    public static RetiredApi? Find(Subject subject)
    {
        // All that were retired but two are alphas and betas, and most objects are neither.
        var apiVersion = subject.ApiVersion;
        if (apiVersion.IndexOf("alpha"u8) < 0 && apiVersion.IndexOf("beta"u8) < 0
            && !(apiVersion.SequenceEqual("v1"u8) && (subject.Kind.SequenceEqual("Endpoints"u8) || subject.Kind.SequenceEqual("ComponentStatus"u8))))
        {
            return null;
        }

        var minor = Minor(subject.Settings.KubernetesVersion);
        RetiredApi? found = null;
        foreach (var api in All)
        {
            if (apiVersion.SequenceEqual(api.fromUtf8) && api.Has(subject.Kind) && (found is null || api.ToSince <= minor))
            {
                found = api;
            }
        }

        return found;
    }

    /// <summary>Reports the object at its <c>apiVersion</c>, with the move to the new version, or why a person has to make it.</summary>
    public void Report(Rule rule, Subject subject, FindingList findings)
    {
        var place = subject.Root[Name.ApiVersion];
        var kind = subject.Root[Name.Kind].Text ?? Encoding.UTF8.GetString(subject.Kind);
        var version = subject.Settings.KubernetesVersion;
        var isServed = !IsRemovedAt(version);
        var to = ToSince <= Minor(version) ? To : null;
        var state = !isServed ? $"which Kubernetes v1.{Removed} does not serve any more"
            : Removed is null ? $"deprecated since v1.{Deprecated}"
            : $"deprecated since v1.{Deprecated} and not served from v1.{Removed} on";
        var message = $"{kind} uses apiVersion {From}, {state}; use {to ?? "something else"}";
        if (to is null)
        {
            findings.Add(rule, place, message, Removed is null
                ? Refusal.NeedsDecision($"what to ask in place of {kind}, of which there will be no other version")
                : isServed ? Refusal.NeedsEvidence($"the version that takes the place of {From} {kind}, which v1.{Math.Min(Minor(version), NewestKnown)} does not serve yet")
                : Refusal.NeedsDecision($"what to use in place of {kind}, which is gone"));
            return;
        }

        var moves = Moves(subject, to);
        if (WhyNot(subject, kind, to) is { } reason)
        {
            findings.Add(rule, place, message, Refusal.NeedsDecision(reason));
        }
        else if (moves.Obstacle is { } obstacle)
        {
            findings.Add(rule, place, message, obstacle);
        }
        else if (moves.Edits.Count == 0 && Misfit(subject, to) is { } misfit)
        {
            findings.Add(rule, place, message, Refusal.NeedsDecision($"what is meant by {misfit.Place.Path}: {misfit.Message}"));
        }
        else
        {
            var changed = string.Join(", ", ChangedDefaults(subject));
            var isSafe = !isServed && changed.Length == 0 && Move is ApiMove.SameFields or ApiMove.Workload or ApiMove.DisruptionBudget;
            findings.Add(rule, place, message, new Fix(
                $"Set apiVersion to {to}{(moves.Edits.Count > 0 ? ", and move what it writes otherwise" : changed.Length > 0 ? $", where the default differs for {changed}" : "")}",
                isSafe ? Safety.Safe : Safety.Review,
                [new Edit.Set(place.Path, to), .. moves.Edits]));
        }
    }

    /// <summary>The latest is as new as the list; a version beyond it is believed what is announced.</summary>
    private static int Minor(KubernetesVersion version) => version == KubernetesVersion.Latest ? NewestKnown : version.Minor;

    private bool Has(ReadOnlySpan<byte> kind)
    {
        foreach (var each in kindsUtf8)
        {
            if (kind.SequenceEqual(each))
            {
                return true;
            }
        }

        return false;
    }

    private FieldMoves Moves(Subject subject, string to) => Move switch
    {
        ApiMove.Ingress => IngressMoves.Of(subject),
        ApiMove.Autoscaler => AutoscalerMoves.Of(subject),
        ApiMove.PriorityLevel => PriorityLevelMoves.Of(subject, isLiteral: to.EndsWith("/v1", StringComparison.Ordinal)),
        ApiMove.Webhooks => WebhookMoves.Of(subject),
        _ => new FieldMoves(),
    };

    /// <summary>The first field that the new version would not take as it is. One that is missing was missing before.</summary>
    private static SchemaViolation? Misfit(Subject subject, string to) =>
        SchemaCheck.As(subject.Root, to, subject.Settings.KubernetesVersion).FirstOrDefault(violation => violation.Problem != SchemaProblem.MissingField);

    private string? WhyNot(Subject subject, string kind, string to)
    {
        var selector = subject.Spec[Name.Selector];
        return Move switch
        {
            ApiMove.OtherKind => $"how this {kind} is written as {to}, or what makes one by itself",
            ApiMove.Rewrite when kind == "CustomResourceDefinition" => $"the schema of each version, which {to} wants under spec.versions, without a field that no schema names",
            ApiMove.Rewrite => $"how the fields of this {kind} are written in {to}, where they differ",
            ApiMove.SigningRequest when !subject.Spec["signerName"].Exists || subject.Spec["signerName"].Is("kubernetes.io/legacy-unknown"u8) =>
                $"the signer of the request, spec.signerName, which {to} wants",
            ApiMove.SigningRequest when subject.Spec["usages"].Count == 0 => $"the usages of the certificate, spec.usages, which {to} wants",
            ApiMove.EndpointSlice when HasTopology(subject) => "how the topology of each endpoint is written as its nodeName and zone",
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

    private static bool HasTopology(Subject subject)
    {
        foreach (var endpoint in subject.Root[Name.Endpoints].Elements)
        {
            if (endpoint["topology"].Exists)
            {
                return true;
            }
        }

        return false;
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
        var kind = subject.Root[Name.Kind].Text;
        var strategy = subject.Spec[Name.Strategy];
        if (kind == "Deployment" && isExtensions && !subject.Spec[Name.ProgressDeadlineSeconds].Exists)
        {
            yield return "progressDeadlineSeconds (none, now 600)";
        }

        if (kind == "Deployment" && From != "apps/v1beta2" && !subject.Spec[Name.RevisionHistoryLimit].Exists)
        {
            yield return $"revisionHistoryLimit ({(isExtensions ? "all" : "2")}, now 10)";
        }

        if (kind == "Deployment" && isExtensions && !strategy[Name.Type].Is("Recreate"u8)
            && !(strategy[Name.RollingUpdate][Name.MaxSurge].Exists && strategy[Name.RollingUpdate][Name.MaxUnavailable].Exists))
        {
            yield return "maxSurge and maxUnavailable (1, now 25%)";
        }

        if (((kind == "DaemonSet" && isExtensions) || (kind == "StatefulSet" && From == "apps/v1beta1"))
            && !subject.Spec[Name.UpdateStrategy][Name.Type].Exists)
        {
            yield return "updateStrategy (OnDelete, now RollingUpdate)";
        }
    }
}
