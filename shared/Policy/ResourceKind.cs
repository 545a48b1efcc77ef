using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A kind of objects as the API serves it: what a rule says it judges, and what the webhook asks to be sent.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The plural of the kind in the paths of the API.</param>
public sealed record ResourceKind(string Group, string Kind, string Resource)
{
    private readonly byte[] groupUtf8 = Encoding.UTF8.GetBytes(Group);
    private readonly byte[] kindUtf8 = Encoding.UTF8.GetBytes(Kind);

    /// <summary>Every version that some cluster in use serves. One that is missing is sent all the same, converted to one that is named (<c>matchPolicy: Equivalent</c>).</summary>
    public IReadOnlyList<string> Versions { get; init; } = ["v1"];

    public bool IsNamespaced { get; init; } = true;

    /// <summary>Whatever is sent. A rule that judges any object asks for none by itself: a wildcard would put leases and nodes behind the webhook.</summary>
    public static ResourceKind Any { get; } = new("*", "*", "*");

    public static ResourceKind Service { get; } = new("", "Service", "services");

    public static ResourceKind ConfigMap { get; } = new("", "ConfigMap", "configmaps");

    public static ResourceKind Ingress { get; } = new("networking.k8s.io", "Ingress", "ingresses") { Versions = ["v1", "v1beta1"] };

    /// <summary>The ingress of before it had a group of its own.</summary>
    public static ResourceKind OldIngress { get; } = new("extensions", "Ingress", "ingresses") { Versions = ["v1beta1"] };

    public static ResourceKind NetworkPolicy { get; } = new("networking.k8s.io", "NetworkPolicy", "networkpolicies");

    /// <summary>The network policy of before it had a group of its own.</summary>
    public static ResourceKind OldNetworkPolicy { get; } = new("extensions", "NetworkPolicy", "networkpolicies") { Versions = ["v1beta1"] };

    public static ResourceKind HorizontalPodAutoscaler { get; } =
        new("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers") { Versions = ["v1", "v2", "v2beta1", "v2beta2"] };

    public static ResourceKind PodDisruptionBudget { get; } = new("policy", "PodDisruptionBudget", "poddisruptionbudgets") { Versions = ["v1", "v1beta1"] };

    public static ResourceKind Role { get; } = Rbac("Role", "roles");

    public static ResourceKind RoleBinding { get; } = Rbac("RoleBinding", "rolebindings");

    public static ResourceKind ClusterRole { get; } = Rbac("ClusterRole", "clusterroles") with { IsNamespaced = false };

    public static ResourceKind ClusterRoleBinding { get; } = Rbac("ClusterRoleBinding", "clusterrolebindings") with { IsNamespaced = false };

    public static ResourceKind SecurityContextConstraints { get; } =
        new("security.openshift.io", "SecurityContextConstraints", "securitycontextconstraints") { IsNamespaced = false };

    public static ResourceKind ServiceMonitor { get; } = new("monitoring.coreos.com", "ServiceMonitor", "servicemonitors");

    public static ResourceKind PodMonitor { get; } = new("monitoring.coreos.com", "PodMonitor", "podmonitors");

    public static ResourceKind Job { get; } = OfPod("batch", "Job");

    public static ResourceKind CronJob { get; } = OfPod("batch", "CronJob");

    /// <summary>Every kind that is a pod or makes pods.</summary>
    public static IReadOnlyList<ResourceKind> Pods { get; } = [.. PodKind.All.Select(Of)];

    /// <summary>True for objects of the kind, in any version.</summary>
    public bool Holds(Field root)
    {
        var type = ObjectType.Of(root);
        return ReferenceEquals(this, Any) || (type.Kind.SequenceEqual(kindUtf8) && type.Group.SequenceEqual(groupUtf8));
    }

    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    private static ResourceKind Rbac(string kind, string resource) =>
        new("rbac.authorization.k8s.io", kind, resource) { Versions = ["v1", "v1alpha1", "v1beta1"] };

    private static ResourceKind OfPod(string group, string kind) => Of(PodKind.All.Single(each => each.Group == group && each.Kind == kind));

    private static ResourceKind Of(PodKind kind) => new(kind.Group, kind.Kind, kind.Resource) { Versions = kind.Versions, IsNamespaced = kind.IsNamespaced };
}
