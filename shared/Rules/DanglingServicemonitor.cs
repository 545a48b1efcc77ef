using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingServicemonitor : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.ServiceMonitor];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-servicemonitor",
        Title: "ServiceMonitor finds no services",
        Why: "Nothing is measured, and no alert that is built on it ever fires.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-servicemonitor",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the selectors or the labels of the services are right, or what makes the services that are not among the scanned files.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.Is("monitoring.coreos.com"u8, "ServiceMonitor"u8))
        {
            return;
        }

        var place = subject.Spec[Name.Selector];
        var wanted = new MonitorTargets(subject);
        if (wanted.AsksForNothing)
        {
            findings.Add(this, place, "the ServiceMonitor names neither labels nor namespaces", Refusal.NeedsDecision("which services are to be measured"));
        }
        else if (!wanted.Namespaces.Any(each => set.ServicesMatching(each, wanted.Labels).Any()))
        {
            findings.Add(
                this,
                place,
                $"no Service among the scanned files matches {wanted}",
                wanted.Labels.Refuse($"which is right, the selectors or the labels of the services; or what else makes services that match {wanted}"));
        }
    }
}
