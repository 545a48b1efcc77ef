using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssPrivileged : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-privileged",
        Title: "Container runs privileged",
        Why: "A privileged container has every capability and every device of its node: whoever breaks into it owns the node.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets privileged to false. Review: a container that needs a device stops working. Refused for one that mounts for its node.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var privileged = container[Name.SecurityContext][Name.Privileged];
            if (privileged.Exists && !privileged.IsFalse)
            {
                var message = $"{container.Label} sets securityContext.privileged={Seen.Of(privileged)}; must be false or absent";
                if (NodeMount.Holding(container) is { } refusal)
                {
                    findings.Add(this, privileged, message, refusal);
                }
                else
                {
                    findings.Add(this, privileged, message, new Fix("Set privileged to false", Safety.Review, new Edit.Set(privileged.Path, false)));
                }
            }
        }
    }
}
