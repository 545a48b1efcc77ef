using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NonIsolatedPod : SetRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "non-isolated-pod",
        Title: "No NetworkPolicy selects the pod",
        Why: "Every pod of the cluster may talk to it, and it to every address that there is.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=non-isolated-pod",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: who has to talk to the pod, and with whom it talks. A policy that is made up cuts off what nobody thought of.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        var labels = subject.Pod.Metadata[Name.Labels];
        if (set.NetworkPoliciesOn(@namespace, labels).Any())
        {
            return;
        }

        findings.Add(
            this,
            labels,
            "no NetworkPolicy among the scanned files of the namespace selects the pod",
            Refusal.NeedsEvidence("who has to talk to the pod, and with whom it talks, for a NetworkPolicy that selects it"));
    }
}
