using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssHostPorts : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-host-ports",
        Title: "Container takes a port of its node",
        Why: "A host port is open on the node's own address, past Services and often past network policies, and only one pod of a node can have it.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Removes hostPort. Review: whoever calls the node's address no longer reaches the container.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var port in container[Name.Ports].Elements)
            {
                var hostPort = port[Name.HostPort];
                if (hostPort.Exists && hostPort.Integer != 0)
                {
                    findings.Add(
                        this,
                        hostPort,
                        $"{container.Label} uses hostPort {Seen.Of(hostPort)}; must be 0 or absent",
                        new Fix($"Remove hostPort {Seen.Of(hostPort)}", Safety.Review, new Edit.Remove(hostPort.Path)));
                }
            }
        }
    }
}
