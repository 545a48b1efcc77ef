using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssHostNamespaces : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-host-namespaces",
        Title: "Pod shares a namespace of its node",
        Why: "In the node's network, process or IPC namespace a container sees, signals and overhears what else runs there, past every network policy.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssBaseline | Profiles.PssRestricted,
        Remedy: "Sets the field to false, and for hostNetwork hostProcess with it, which cannot be without. Review: agents of a node need its namespaces.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        Check(subject, Name.HostNetwork, findings);
        Check(subject, Name.HostPID, findings);
        Check(subject, Name.HostIPC, findings);
    }

    private void Check(Subject subject, Name name, FindingList findings)
    {
        var field = subject.Pod.Spec[name];
        if (!field.Exists || field.IsFalse)
        {
            return;
        }

        List<Edit> edits = name == Name.HostNetwork ? HostProcess.Ending(subject) : [];
        findings.Add(
            this,
            field,
            $"the pod sets {NameTable.Text(name)}={Seen.Of(field)}; must be false or absent",
            new Fix($"Set {NameTable.Text(name)} to false", Safety.Review, [new Edit.Set(field.Path, false), .. edits]));
    }
}
