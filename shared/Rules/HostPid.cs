using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class HostPid : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "host-pid",
        Title: "Pod shares the node's process namespace",
        Why: "The pod sees every process of the node, with its environment and arguments, and can signal it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=host-pid",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets hostPID to false. Review: agents of the node that need it stop working.")
    {
        SaidBy = ["pss-host-namespaces"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var shared = subject.Pod.Spec[Name.HostPID];
        if (shared.IsTrue)
        {
            findings.Add(
                this,
                shared,
                "the pod sets hostPID=true; must be false or absent",
                new Fix("Set hostPID to false", Safety.Review, new Edit.Set(shared.Path, false)));
        }
    }
}
