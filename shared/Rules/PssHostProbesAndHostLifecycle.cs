using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssHostProbesAndHostLifecycle : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-host-probes-and-host-lifecycle",
        Title: "Probe or lifecycle hook calls another host",
        Why: "The kubelet calls the host of a probe from the node: a pod can make it reach what the pod itself may not.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Removes host, so that the kubelet calls the pod itself. Review: a probe of another host, or of localhost on the host network, checks something else then.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Settings.PssVersion.IsAtLeast(34))
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            Check(container, container[Name.LivenessProbe], "livenessProbe", findings);
            Check(container, container[Name.ReadinessProbe], "readinessProbe", findings);
            Check(container, container[Name.StartupProbe], "startupProbe", findings);
            Check(container, container[Name.Lifecycle][Name.PostStart], "lifecycle.postStart", findings);
            Check(container, container[Name.Lifecycle][Name.PreStop], "lifecycle.preStop", findings);
        }
    }

    private void Check(in Container container, Field handler, string name, FindingList findings)
    {
        Check(container, handler[Name.HttpGet][Name.Host], name, "httpGet", findings);
        Check(container, handler[Name.TcpSocket][Name.Host], name, "tcpSocket", findings);
    }

    private void Check(in Container container, Field host, string handler, string action, FindingList findings)
    {
        if (host.Exists && !host.Is(""u8))
        {
            findings.Add(
                this,
                host,
                $"{container.Label} sets {handler}.{action}.host={Seen.Of(host)}; must be absent",
                new Fix($"Remove host from {handler}.{action}", Safety.Review, new Edit.Remove(host.Path)));
        }
    }
}
