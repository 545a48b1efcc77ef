using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SshPort : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "ssh-port",
        Title: "Container lists port 22",
        Why: "A shell server in a container is a second way in, beside the API and its audit log.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=ssh-port",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: whether there has to be an SSH server. kubectl exec needs none.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var port in container[Name.Ports].Elements)
            {
                if (port[Name.ContainerPort].Integer == 22
                    && (port[Name.Protocol].Utf8.IsEmpty || port[Name.Protocol].Utf8.IndexOf("TCP"u8) >= 0))
                {
                    findings.Add(
                        this,
                        port[Name.ContainerPort],
                        $"{container.Label} lists port 22, that of SSH; must not",
                        Refusal.NeedsDecision($"whether {container.Label} has to run an SSH server"));
                }
            }
        }
    }
}
