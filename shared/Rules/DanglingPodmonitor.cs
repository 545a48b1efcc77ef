using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingPodmonitor : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.PodMonitor];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-podmonitor",
        Title: "PodMonitor finds no pods",
        Why: "Nothing is measured, and no alert that is built on it ever fires.",
        Source: "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the selectors or the labels of the pods are right, or what makes the pods that are not among the scanned files.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.Is("monitoring.coreos.com"u8, "PodMonitor"u8))
        {
            return;
        }

        var place = subject.Spec[Name.Selector];
        var wanted = new MonitorTargets(subject);
        if (wanted.AsksForNothing)
        {
            findings.Add(this, place, "the PodMonitor names neither labels nor namespaces", Refusal.NeedsDecision("which pods are to be measured"));
        }
        else if (!wanted.Namespaces.Any(each => set.PodsMatching(each, wanted.Labels).Any()))
        {
            findings.Add(
                this,
                place,
                $"no pod among the scanned files matches {wanted}",
                wanted.Labels.Refuse($"which is right, the selectors or the labels of the pods; or what else makes pods that match {wanted}"));
        }
    }
}
