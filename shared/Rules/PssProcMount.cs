using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssProcMount : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-proc-mount",
        Title: "Container sees all of /proc",
        Why: "The runtime hides parts of /proc that tell about the node and change its kernel; unmasked, a container reads and writes them.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets procMount to Default. Review: containers within the container need the unmasked /proc.");

    public override void Check(Subject subject, FindingList findings)
    {
        // The root of a user namespace is nobody on the node; from 1.35 on Baseline leaves such a pod its /proc.
        if (subject.HasPod && !(subject.Settings.PssVersion.IsAtLeast(35) && subject.Pod.Spec[Name.HostUsers].IsFalse))
        {
            Check(this, subject, findings);
        }
    }

    internal static void Check(Rule rule, Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var procMount = container[Name.SecurityContext][Name.ProcMount];
            if (procMount.Exists && !procMount.Is("Default"u8))
            {
                findings.Add(
                    rule,
                    procMount,
                    $"{container.Label} sets securityContext.procMount={Seen.Of(procMount)}; must be Default or absent",
                    new Fix("Set procMount to Default", Safety.Review, new Edit.Set(procMount.Path, "Default")));
            }
        }
    }
}
