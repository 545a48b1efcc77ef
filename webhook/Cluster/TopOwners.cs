using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>Finds the owner of a ReplicaSet or Job that owns a pod, which the review of the pod does not tell.</summary>
internal static class TopOwners
{
    /// <param name="owner">The direct owner, which a built-in controller has written.</param>
    /// <param name="made">The object that it owns.</param>
    public static ValueTask<ObjectIdentity?> FindAsync(ObjectIdentity owner, Field made, CancellationToken cancellationToken) =>
        new(ControllerOwner.TopByName(owner, made));
}
