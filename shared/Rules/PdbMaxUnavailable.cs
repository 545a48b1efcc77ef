using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PdbMaxUnavailable : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.PodDisruptionBudget];

    protected override RuleInfo Definition { get; } = new(
        Id: "pdb-max-unavailable",
        Title: "Disruption budget allows no disruption",
        Why: "No pod may be evicted, so that draining a node, and with it every upgrade of the cluster, waits until somebody intervenes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=pdb-max-unavailable",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: how many pods may be away at once. It depends on how many there are, and on whether the application bears it.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("policy"u8, "PodDisruptionBudget"u8))
        {
            return;
        }

        var allowed = subject.Spec[Name.MaxUnavailable];
        if (!allowed.Exists || TemplateText.IsExpression(allowed.Utf8))
        {
            return;
        }

        var refusal = Refusal.NeedsDecision("how many of the pods that the budget selects may be away at once: at least 1, and fewer than there are replicas");
        if (!IntOrPercent.TryRead(allowed, out var value))
        {
            findings.Add(this, allowed, $"maxUnavailable is {Seen.Of(allowed)}; must be a number above 0, or a percentage", refusal);
        }
        else if (value.Amount == 0)
        {
            findings.Add(this, allowed, $"maxUnavailable is {Seen.Of(allowed)}; must be above 0", refusal);
        }
    }
}
