using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class MinimumThreeReplicas : ObjectRule
{
    private static readonly IntegerParameter MinReplicas =
        Parameter.Integer("minReplicas", "the fewest pods that a workload may have", 3, 0, int.MaxValue);

    private readonly long least;

    public MinimumThreeReplicas()
        : this(ParameterValues.None)
    {
    }

    private MinimumThreeReplicas(ParameterValues values) => least = values.Of(MinReplicas);

    public override IReadOnlyList<Parameter> Parameters { get; } = [MinReplicas];

    protected override RuleInfo Definition { get; } = new(
        Id: "minimum-three-replicas",
        Title: "Workload has too few pods",
        Why: "With one or two pods, a node that fails or is drained takes half of the capacity or all of it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=minimum-three-replicas",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Raises a written number above 0 to the rule's minimum, and keeps the pods apart as no-anti-affinity does: three on one node fail together. Review: not every program bears a second copy of itself. Where no number is written an autoscaler may own it, and 0 means switched off: both need a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!Workloads.TryReplicas(subject, out var replicas, out var count) || count >= least)
        {
            return;
        }

        if (!replicas.Exists)
        {
            findings.Add(
                this,
                replicas,
                $"replicas is absent, which means {count}; must be at least {least}",
                Refusal.NeedsDecision($"whether an autoscaler sets the replicas, which a written number would overrule at each apply; without one, replicas: {least}"));
        }
        else if (count <= 0)
        {
            findings.Add(
                this,
                replicas,
                $"replicas is {count}; must be at least {least}",
                Refusal.NeedsDecision($"whether the workload is switched off on purpose; to run it, replicas: {least}"));
        }
        else
        {
            Report(subject, findings, replicas, $"replicas is {count}; must be at least {least}");
        }
    }

    protected override Rule Configure(ParameterValues values) => new MinimumThreeReplicas(values);

    /// <summary>Replicas that share a node fail together, so that the fix keeps them apart where nothing does yet.</summary>
    private void Report(Subject subject, FindingList findings, Field replicas, string message)
    {
        var set = new Edit.Set(replicas.Path, least);
        if (!subject.HasPod || least < 2 || AntiAffinity.Spreads(subject, AntiAffinity.ByNode))
        {
            findings.Add(this, replicas, message, new Fix($"Set replicas to {least}", Safety.Review, set));
        }
        else if (AntiAffinity.HasTerms(subject))
        {
            findings.Add(
                this, replicas, message, Refusal.NeedsDecision($"how {least} replicas are kept apart: no term of podAntiAffinity puts them on different nodes"));
        }
        else if (AntiAffinity.Adding(subject) is { } spread)
        {
            findings.Add(this, replicas, message, new Fix($"Set replicas to {least}, and prefer a node of its own for each", Safety.Review, [set, spread]));
        }
        else
        {
            findings.Add(
                this,
                replicas,
                message,
                Refusal.NeedsEvidence($"the labels by which {least} replicas are kept apart; the selector of this object names none that its template has"));
        }
    }
}
