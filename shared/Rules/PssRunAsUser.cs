using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssRunAsUser : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-run-as-user",
        Title: "Container is told to run as root",
        Why: "Root in a container is root to the kernel: a hole in either makes it root of the node.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "None: which other uid the image can run as, its author knows, or a trial.");

    public override void Check(Subject subject, FindingList findings)
    {
        var version = subject.Settings.PssVersion;

        // The root of a user namespace is nobody on the node.
        if (!subject.HasPod || !version.IsAtLeast(23) || (version.IsAtLeast(35) && subject.Pod.Spec[Name.HostUsers].IsFalse))
        {
            return;
        }

        var uid = subject.Pod.Spec[Name.SecurityContext][Name.RunAsUser];
        if (IsForbidden(uid))
        {
            findings.Add(
                this,
                uid,
                $"the pod sets securityContext.runAsUser={Seen.Of(uid)}; must be above 0 or absent",
                Refusal.NeedsEvidence($"runAsUser is {Seen.Of(uid)}: which non-zero uid can the images of the pod run as"));
        }

        foreach (ref readonly var container in subject.Containers)
        {
            uid = container[Name.SecurityContext][Name.RunAsUser];
            if (IsForbidden(uid))
            {
                findings.Add(
                    this,
                    uid,
                    $"{container.Label} sets securityContext.runAsUser={Seen.Of(uid)}; must be above 0 or absent",
                    UserIds.Wanted(subject, container));
            }
        }
    }

    private static bool IsForbidden(Field uid) => uid.Exists && uid.Integer is null or 0;
}
