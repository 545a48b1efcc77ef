using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingNetworkpolicypeerPodselector : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.NetworkPolicy, ResourceKind.OldNetworkPolicy];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-networkpolicypeer-podselector",
        Title: "NetworkPolicy lets in, or out to, pods that do not exist",
        Why: "The pods that were meant are cut off: a label was renamed on one side.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-networkpolicypeer-podselector",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs a decision: whether the peer's podSelector or the labels of the pods are right, or what makes the pods that are not among the scanned files. Peers with a namespaceSelector are not looked at: their pods may be anywhere.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        // A move to the version that is served must not seem to bring the finding about.
        if (!subject.Is("networking.k8s.io"u8, "NetworkPolicy"u8) && !subject.Is("extensions"u8, "NetworkPolicy"u8))
        {
            return;
        }

        foreach (var rule in subject.Spec[Name.Ingress].Elements)
        {
            CheckPeers(rule[Name.From], subject, set, findings);
        }

        foreach (var rule in subject.Spec[Name.Egress].Elements)
        {
            CheckPeers(rule[Name.To], subject, set, findings);
        }
    }

    private void CheckPeers(Field peers, Subject subject, ObjectSet set, FindingList findings)
    {
        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        foreach (var peer in peers.Elements)
        {
            var place = peer[Name.PodSelector];
            if (!place.Exists || peer[Name.NamespaceSelector].Exists)
            {
                continue;
            }

            var wanted = LabelSelector.Of(place);
            if (wanted.Problem() is { } problem)
            {
                findings.Add(this, place, $"the peer's podSelector is invalid, so the policy is refused: {problem}", Refusal.NeedsDecision("which pods the peer stands for"));
            }
            else if (!set.PodsMatching(@namespace, wanted).Any())
            {
                findings.Add(
                    this,
                    place,
                    $"no pod among the scanned files of the namespace matches the peer's podSelector: {wanted}",
                    wanted.Refuse($"which is right, the podSelector or the labels of the pods{NearMiss.Of(set, @namespace, wanted, name: null)}; or what else makes pods that match {wanted}"));
            }
        }
    }
}
