using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>As whom containers run, as far as an object tells.</summary>
internal static class UserIds
{
    /// <summary>The <c>runAsUser</c> that holds for a container: its own, else the pod's; absent where the image decides.</summary>
    public static Field InForce(Subject subject, in Container container)
    {
        var own = container[Name.SecurityContext][Name.RunAsUser];
        return own.Exists ? own : subject.Pod.Spec[Name.SecurityContext][Name.RunAsUser];
    }

    /// <summary>The uid that the owner gives for fixes; null where there is none, and for Windows, which has no uids.</summary>
    public static long? OfOwner(Subject subject) =>
        subject.Settings.Defaults.RunAsUser is > 0 and var uid && !subject.IsWindows ? uid : null;

    /// <summary>What has to be found out before a container can be made to run as somebody else than root.</summary>
    public static Refusal Wanted(Subject subject, in Container container)
    {
        var image = container[Name.Image].Exists ? $"image {Seen.Of(container[Name.Image])}" : $"the image of {container.Label}";
        var uid = InForce(subject, container);
        return Refusal.NeedsEvidence(
            uid.Exists ? $"runAsUser is {Seen.Of(uid)}: which non-zero uid can {image} run as"
            : subject.IsWindows ? $"the user name that {image} runs as; must not be ContainerAdministrator"
            : $"the uid that {image} runs as");
    }
}
