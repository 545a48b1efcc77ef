using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssProcMountRestricted : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-proc-mount-restricted",
        Title: "Container sees all of /proc, if only in a user namespace",
        Why: "A user namespace makes the container's root a nobody of the node, but what /proc tells about the node is told all the same.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "Sets procMount to Default. Review: containers within the container need the unmasked /proc.")
    {
        Replaces = new("pss-proc-mount", SinceMinor: 35),
    };

    public override void Check(Subject subject, FindingList findings)
    {
        // Before 1.35 Baseline makes no exception for user namespaces, and Restricted needs no control of its own.
        if (subject.Settings.PssVersion.IsAtLeast(35))
        {
            PssProcMount.Check(this, subject, findings);
        }
    }
}
