using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PrivilegedPorts : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "privileged-ports",
        Title: "Container listens on a port below 1024",
        Why: "Such a port wants root or a capability, which the container then has for everything else as well.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=privileged-ports",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: the port on which the program can listen instead.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var port in container[Name.Ports].Elements)
            {
                if (port[Name.ContainerPort].Integer is > 0 and < 1024)
                {
                    findings.Add(
                        this,
                        port[Name.ContainerPort],
                        $"{container.Label} lists port {port[Name.ContainerPort].Text}; must be 1024 or above",
                        Refusal.NeedsDecision($"a port from 1024 up on which {container.Label} can listen in place of {port[Name.ContainerPort].Text}"));
                }
            }
        }
    }
}
