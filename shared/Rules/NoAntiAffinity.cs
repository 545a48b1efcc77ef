using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoAntiAffinity : ObjectRule
{
    private static readonly IntegerParameter MinReplicas =
        Parameter.Integer("minReplicas", "from how many pods on the rule applies", 2, 0, int.MaxValue);

    private static readonly Parameter<Pattern> TopologyKey =
        Parameter.Pattern("topologyKey", $"what the topology key must match; empty for {AntiAffinity.Hostname} alone", "");

    private readonly long least;
    private readonly Pattern topologyKey;

    public NoAntiAffinity()
        : this(ParameterValues.None)
    {
    }

    private NoAntiAffinity(ParameterValues values)
    {
        least = values.Of(MinReplicas);
        topologyKey = values.Of(TopologyKey) is { Text.Length: > 0 } given ? given : AntiAffinity.ByNode;
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [MinReplicas, TopologyKey];

    protected override RuleInfo Definition { get; } = new(
        Id: "no-anti-affinity",
        Title: "Replicas may all run on one node",
        Why: "Replicas that share a node fail together with it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-anti-affinity",
        Severity: Severity.Info,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Adds a podAntiAffinity that prefers other nodes, by the labels of the workload's selector. Review: it changes where pods are placed, though it keeps none from starting. Without such labels they have to be found out; terms that are there and do not fit need a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod || !Workloads.TryReplicas(subject, out _, out var count) || count < least)
        {
            return;
        }

        if (AntiAffinity.Spreads(subject, topologyKey))
        {
            return;
        }

        if (!AntiAffinity.HasTerms(subject))
        {
            ReportMissing(subject, findings, count);
            return;
        }

        foreach (var term in AntiAffinity.Preferred(subject).Elements)
        {
            ReportTerm(subject, findings, term[Name.PodAffinityTerm]);
        }

        foreach (var term in AntiAffinity.Required(subject).Elements)
        {
            ReportTerm(subject, findings, term);
        }
    }

    protected override Rule Configure(ParameterValues values) => new NoAntiAffinity(values);

    private void ReportMissing(Subject subject, FindingList findings, long count)
    {
        var place = subject.Pod.Spec[Name.Affinity][Name.PodAntiAffinity];
        var message = $"replicas is {count}, and podAntiAffinity has no term; must have one that keeps the replicas apart";
        if (!topologyKey.IsMatch("kubernetes.io/hostname"u8))
        {
            findings.Add(this, place, message, Refusal.NeedsDecision($"by which topology key the replicas are kept apart; it must match {topologyKey}"));
        }
        else if (AntiAffinity.Adding(subject) is { } edit)
        {
            findings.Add(this, place, message, new Fix("Prefer a node of its own for each replica", Safety.Review, edit));
        }
        else
        {
            findings.Add(
                this, place, message, Refusal.NeedsEvidence("the labels that tell the pods of this object from all others; its selector names none that the template has"));
        }
    }

    private void ReportTerm(Subject subject, FindingList findings, Field term) => findings.Add(
        this,
        term,
        $"the term of podAntiAffinity {AntiAffinity.Problem(subject, term, topologyKey)}; must keep the replicas apart",
        Refusal.NeedsDecision("what the term is meant to keep the pod away from; if from its own replicas, what of it is wrong"));
}
