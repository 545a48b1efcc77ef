using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoNodeAffinity : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "no-node-affinity",
        Title: "Pod does not say on which nodes it runs",
        Why: "In a cluster of unlike nodes, the pod may land where it is slow, or where it takes a place that another cannot do without.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-node-affinity",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: on which nodes the pod should run, and whether it may run on others.");

    public override void Check(Subject subject, FindingList findings)
    {
        var affinity = subject.Pod.Spec[Name.Affinity][Name.NodeAffinity];
        if (subject.HasPod && !affinity.Exists)
        {
            findings.Add(
                this,
                affinity,
                "the pod has no nodeAffinity; must have one",
                Refusal.NeedsDecision("the labels of the nodes that the pod should run on (kubectl get nodes --show-labels), and whether it may run on others"));
        }
    }
}
