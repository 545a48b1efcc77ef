using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssWindowsHostProcess : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-windows-host-process",
        Title: "Windows container runs on its node",
        Why: "A host process container has no isolation: it runs among the node's own processes, with its files and its network.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets hostProcess to false wherever the pod sets it: the API server takes no mixture. Review: agents of a node need it.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        var hostProcess = HostProcess.Of(subject.Pod.Spec[Name.SecurityContext]);
        if (HostProcess.IsForbidden(hostProcess))
        {
            Add(subject, "the pod", hostProcess, findings);
        }

        foreach (ref readonly var container in subject.Containers)
        {
            hostProcess = HostProcess.Of(container[Name.SecurityContext]);
            if (HostProcess.IsForbidden(hostProcess))
            {
                Add(subject, container.Label, hostProcess, findings);
            }
        }
    }

    private void Add(Subject subject, string who, Field hostProcess, FindingList findings) =>
        findings.Add(
            this,
            hostProcess,
            $"{who} sets securityContext.windowsOptions.hostProcess={Seen.Of(hostProcess)}; must be false or absent",
            new Fix("Set hostProcess to false", Safety.Review, [.. HostProcess.Ending(subject)]));
}
