using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingNetworkpolicy : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.NetworkPolicy, ResourceKind.OldNetworkPolicy];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-networkpolicy",
        Title: "NetworkPolicy selects no pods",
        Why: "The pods that it was written for are open: a label was renamed on one side, or the policy stands in another namespace.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-networkpolicy",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the podSelector or the labels of the pods are right, or what makes the pods that are not among the scanned files.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        // A move to the version that is served must not seem to bring the finding about.
        if (!subject.Is("networking.k8s.io"u8, "NetworkPolicy"u8) && !subject.Is("extensions"u8, "NetworkPolicy"u8))
        {
            return;
        }

        var place = subject.Spec[Name.PodSelector];
        var wanted = LabelSelector.Of(place);
        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        if (wanted.Problem() is { } problem)
        {
            findings.Add(this, place, $"the podSelector is invalid, so the policy is refused: {problem}", Refusal.NeedsDecision("which pods the policy is for"));
        }
        else if (!set.PodsMatching(@namespace, wanted).Any())
        {
            findings.Add(
                this,
                place,
                $"no pod among the scanned files of the namespace matches the podSelector: {wanted}",
                wanted.Refuse($"which is right, the podSelector or the labels of the pods{NearMiss.Of(set, @namespace, wanted, name: null)}; or what else makes pods that match {wanted}"));
        }
    }
}
