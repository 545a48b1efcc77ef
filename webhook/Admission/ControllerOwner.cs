using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// The owner of what a built-in controller makes: a Deployment's ReplicaSet, a ReplicaSet's Pod, a CronJob's Job. Only the
/// account of that one controller counts, by its exact name, and only for the kind it makes of the kind it makes it from:
/// whoever else writes an ownerReference owns the object, and not its exemption.
/// </summary>
internal static class ControllerOwner
{
    private const string Accounts = "system:serviceaccount:kube-system:";

    /// <summary>The direct owner; null where there is none, or another made the object.</summary>
    public static ObjectIdentity? Of(in AdmissionRequest request)
    {
        // To scale a ReplicaSet is to update it; a Pod is nobody's to update but its own node's.
        if (request.Operation is not (AdmissionOperation.Create or AdmissionOperation.Update) || request.SubResource.Length > 0
            || (request.Operation == AdmissionOperation.Update && request.Object[Name.Kind].Is("Pod"u8))
            || request.Namespace is not { } @namespace)
        {
            return null;
        }

        var user = request.UserName;
        if (!user.StartsWith("system:serviceaccount:kube-system:"u8))
        {
            return null;
        }

        var account = user[Accounts.Length..];
        foreach (var reference in request.Object[Name.Metadata][Name.OwnerReferences].Elements)
        {
            if (reference[Name.Controller].IsTrue)
            {
                return Makes(account, request.Object, reference)
                    ? new(reference[Name.ApiVersion].Text!, reference[Name.Kind].Text!, @namespace, reference[Name.Name].Text)
                    : null;
            }
        }

        return null;
    }

    /// <summary>
    /// The Deployment or CronJob above, as the names say: <c>web-5d4f8b</c> with the pod's own template hash behind the dash,
    /// <c>backup-29384756</c> with the minute. Only for where there is no cluster to ask; whoever made the ReplicaSet or Job was
    /// judged for it under its own name. The owner itself where the names say nothing.
    /// </summary>
    public static ObjectIdentity TopByName(ObjectIdentity owner, Field made)
    {
        var name = owner.Name ?? "";
        var dash = name.LastIndexOf('-');
        if (dash <= 0 || dash == name.Length - 1)
        {
            return owner;
        }

        var suffix = name[(dash + 1)..];
        return owner.Kind switch
        {
            "ReplicaSet" when made[Name.Metadata][Name.Labels]["pod-template-hash"].Is(Encoding.UTF8.GetBytes(suffix)) =>
                new("apps/v1", "Deployment", owner.Namespace, name[..dash]),
            "Job" when suffix.Length >= 8 && suffix.All(char.IsAsciiDigit) => new("batch/v1", "CronJob", owner.Namespace, name[..dash]),
            _ => owner,
        };
    }

    /// <summary>True where the owner may have an owner of its own, which an identity does not tell.</summary>
    public static bool MayHaveOwner(ObjectIdentity owner) => owner.Kind is "ReplicaSet" or "Job";

    private static bool Makes(ReadOnlySpan<byte> account, Field made, Field owner) =>
        (account.SequenceEqual("deployment-controller"u8) && Is(made, "apps/v1"u8, "ReplicaSet"u8) && Is(owner, "apps/v1"u8, "Deployment"u8))
        || (account.SequenceEqual("cronjob-controller"u8) && Is(made, "batch/v1"u8, "Job"u8) && Is(owner, "batch/v1"u8, "CronJob"u8))
        || (Is(made, "v1"u8, "Pod"u8)
            && ((account.SequenceEqual("replicaset-controller"u8) && Is(owner, "apps/v1"u8, "ReplicaSet"u8))
                || (account.SequenceEqual("statefulset-controller"u8) && Is(owner, "apps/v1"u8, "StatefulSet"u8))
                || (account.SequenceEqual("daemon-set-controller"u8) && Is(owner, "apps/v1"u8, "DaemonSet"u8))
                || (account.SequenceEqual("job-controller"u8) && Is(owner, "batch/v1"u8, "Job"u8))
                || (account.SequenceEqual("replication-controller"u8) && Is(owner, "v1"u8, "ReplicationController"u8))));

    private static bool Is(Field field, ReadOnlySpan<byte> apiVersion, ReadOnlySpan<byte> kind) =>
        field[Name.Kind].Is(kind) && field[Name.ApiVersion].Is(apiVersion);
}
