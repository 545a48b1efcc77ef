using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class HostNetwork : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "host-network",
        Title: "Pod shares the node's network namespace",
        Why: "The pod sees the node's traffic, reaches what listens on its loopback, and passes network policies by.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=host-network",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets hostNetwork to false, and hostProcess with it, which the API server refuses without. Review: agents of the node that need it stop working.")
    {
        SaidBy = ["pss-host-namespaces"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var shared = subject.Pod.Spec[Name.HostNetwork];
        if (shared.IsTrue)
        {
            findings.Add(
                this,
                shared,
                "the pod sets hostNetwork=true; must be false or absent",
                new Fix("Set hostNetwork to false", Safety.Review, [new Edit.Set(shared.Path, false), .. HostProcess.Ending(subject)]));
        }
    }
}
