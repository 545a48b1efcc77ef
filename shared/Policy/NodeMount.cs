using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Mounts whose own mounts reach back to the node: the API server takes them from privileged containers alone.</summary>
internal static class NodeMount
{
    /// <summary>Why privileged cannot be taken from a container; null where it can.</summary>
    public static Refusal? Holding(in Container container)
    {
        foreach (var mount in container[Name.VolumeMounts].Elements)
        {
            if (mount[Name.MountPropagation].Is("Bidirectional"u8))
            {
                return Refusal.NeedsDecision($"whether {container.Label} has to mount for its node at '{mount[Name.MountPath].Text}': with mountPropagation Bidirectional the API server refuses it unprivileged");
            }
        }

        return null;
    }
}
