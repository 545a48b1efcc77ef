using System.Globalization;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>
/// Exemptions of the policy file as conditions in CEL, of exact names. CEL has no clock; what stands in for one is the
/// time at which the API server says that the object was made, which no author of it can choose. So an exemption lets in
/// no object that is made after it has expired, while one that was made before may still be updated: a backstop that
/// stopped updates would stop what the webhook lets pass.
/// </summary>
internal static class VapExemptions
{
    private const string Controllers = "system:serviceaccount:kube-system:";

    /// <summary>What built-in controllers make, of which the top owner's exemption holds; for requests of their own account alone.</summary>
    private static readonly Made[] Chains =
    [
        new("Deployment", "workloads", "deployment-controller", "ReplicaSet", owner => Owned("Deployment", $"o.name == {owner}")),

        // The name of the ReplicaSet is made of these two. Nobody but the Deployment's controller gets one of the name admitted.
        new("Deployment", "pods", "replicaset-controller", "Pod", owner => Owned("ReplicaSet", $"o.name == {owner} + '-' + object.metadata.?labels[?'pod-template-hash'].orValue('')")),
        new("ReplicaSet", "pods", "replicaset-controller", "Pod", owner => Owned("ReplicaSet", $"o.name == {owner}")),
        new("ReplicationController", "pods", "replication-controller", "Pod", owner => Owned("ReplicationController", $"o.name == {owner}")),
        new("StatefulSet", "pods", "statefulset-controller", "Pod", owner => Owned("StatefulSet", $"o.name == {owner}")),
        new("DaemonSet", "pods", "daemon-set-controller", "Pod", owner => Owned("DaemonSet", $"o.name == {owner}")),
        new("Job", "pods", "job-controller", "Pod", owner => Owned("Job", $"o.name == {owner}")),
        new("CronJob", "workloads", "cronjob-controller", "Job", owner => Owned("CronJob", $"o.name == {owner}")),

        // A number, the minute, stands behind the CronJob's name; a Job of such a name has been judged itself.
        new("CronJob", "pods", "job-controller", "Pod", owner => Owned("Job", $"o.name.startsWith({owner} + '-') && o.name.substring(size({owner}) + 1).matches('^[0-9]+$')")),
    ];

    /// <summary>When an exemption holds for an object of the target; null where it never does.</summary>
    public static string? ConditionOf(Exemption exemption, CelTarget target)
    {
        var (name, kind) = (Cel.Text(exemption.Object.Name), exemption.Object.Kind);
        if ((exemption.Object.Namespace is null) != (kind is "ClusterRole" or "ClusterRoleBinding"))
        {
            return null;
        }

        List<string> ways = [];
        if (target.Resources.Any(resource => resource.Kind == kind))
        {
            // Whoever makes an object with a generated name makes any number of them: it has no name to be exempt by.
            ways.Add($"request.kind.kind == {Cel.Text(kind)}{Version(exemption)} && object.metadata.name == {name} && object.metadata.?generateName.orValue('') == ''");
        }

        ways.AddRange(Chains
            .Where(chain => chain.Top == kind && chain.Target == target.Name)
            .Select(chain => $"request.kind.kind == '{chain.Kind}' && request.userInfo.username == '{Controllers}{chain.Account}' && {chain.IsOwned(name)}"));
        if (ways.Count == 0)
        {
            return null;
        }

        var until = exemption.Expires.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        return $"object.metadata.?namespace.orValue('') == {Cel.Text(exemption.Object.Namespace ?? "")}\n"
            + $"&& timestamp(object.metadata.creationTimestamp) < timestamp('{until}')\n&& ({Cel.Any(ways)})";
    }

    private static string Version(Exemption exemption)
    {
        if (exemption.Object.ApiVersion is not { } version)
        {
            return "";
        }

        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return $" && request.kind.group == {Cel.Text(slash < 0 ? "" : version[..slash])} && request.kind.version == {Cel.Text(version[(slash + 1)..])}";
    }

    private static string Owned(string kind, string isNamed) =>
        $"object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) && o.kind == '{kind}' && {isNamed})";

    private sealed record Made(string Top, string Target, string Account, string Kind, Func<string, string> IsOwned);
}
