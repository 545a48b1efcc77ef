using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssSeccompProfileRestricted : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-seccomp-profile-restricted",
        Title: "Container runs without a seccomp profile",
        Why: "Without a profile a container may make every system call, also those by which most break-outs from containers begin.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "Sets the pod's seccompProfile to RuntimeDefault. Review: a program that needs a rare system call stops working.")
    {
        Replaces = new("pss-seccomp-profile-baseline", SinceMinor: 19),
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var version = subject.Settings.PssVersion;
        if (!subject.HasPod || !version.IsAtLeast(19) || (version.IsAtLeast(25) && subject.IsWindows))
        {
            return;
        }

        PssSeccompProfileBaseline.CheckFields(this, subject, findings);
        var ofPod = subject.Pod.Spec[Name.SecurityContext][Name.SeccompProfile];
        if (ofPod.Exists)
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            var profile = container[Name.SecurityContext][Name.SeccompProfile];
            if (!profile.Exists)
            {
                findings.Add(
                    this,
                    profile[Name.Type],
                    $"{container.Label} does not set securityContext.seccompProfile.type, nor does the pod; must be RuntimeDefault or Localhost",
                    new Fix("Set the pod's seccomp profile to RuntimeDefault", Safety.Review, ConfinementProfile.Confine(ofPod)));
            }
        }
    }
}
