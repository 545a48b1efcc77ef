using System.Globalization;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PdbMinAvailable : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.PodDisruptionBudget];

    protected override RuleInfo Definition { get; } = new(
        Id: "pdb-min-available",
        Title: "PodDisruptionBudget allows no disruption",
        Why: "As many pods have to be available as there are: no node that one of them runs on can be drained.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=pdb-min-available",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Where one workload with two replicas or more is meant, sets minAvailable to one less than its replicas. Review: whether the rest bears the load. Else needs a decision: more replicas, or a budget that lets one go.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        var place = subject.Spec[Name.MinAvailable];
        if (!subject.Is("policy"u8, "PodDisruptionBudget"u8) || !place.Exists)
        {
            return;
        }

        var text = place.Text ?? "";
        var isPercent = text.EndsWith('%');
        if (!int.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var least))
        {
            findings.Add(this, place, $"minAvailable is {Seen.Of(place)}; must be a number or a percentage", Refusal.NeedsDecision("how many pods have to stay available"));
        }
        else if (isPercent && least == 100)
        {
            findings.Add(this, place, "minAvailable is 100%; must be less, or no pod may ever go", Refusal.NeedsDecision("how many pods may be gone at a time"));
        }
        else if (!subject.Spec[Name.Selector].Exists)
        {
            findings.Add(this, subject.Spec[Name.Selector], "the budget has no selector, so it is refused", Refusal.NeedsDecision("which pods the budget is for"));
        }
        else if (LabelSelector.Of(subject.Spec[Name.Selector]).Problem() is { } problem)
        {
            findings.Add(this, subject.Spec[Name.Selector], $"the selector is invalid, so the budget is refused: {problem}", Refusal.NeedsDecision("which pods the budget is for"));
        }
        else
        {
            CheckWorkloads(subject, set, place, least, isPercent, findings);
        }
    }

    private void CheckWorkloads(Subject subject, ObjectSet set, Field place, int least, bool isPercent, FindingList findings)
    {
        var selector = LabelSelector.Of(subject.Spec[Name.Selector]);
        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        List<(SetObject Workload, long Replicas, SetObject? Scaler)> workloads =
        [
            .. from workload in set.WorkloadsMatching(@namespace, selector)
               let scaler = set.ScalersOf(@namespace, workload.Name).LastOrDefault()
               select (workload, ReplicasOf(workload, scaler), scaler),
        ];
        foreach (var (workload, replicas, scaler) in workloads)
        {
            var needed = isPercent ? (long)Math.Ceiling(replicas * (least / 100.0)) : least;
            if (replicas > needed)
            {
                continue;
            }

            var message = $"minAvailable is {place.Text}, and {workload.Identity} {(HasReplicas(workload) ? $"has {replicas} {(replicas == 1 ? "replica" : "replicas")}" : "names no number of replicas, which counts as 0")}; must be less, or no pod may ever go";
            if (!isPercent && replicas >= 2 && workloads.Count == 1)
            {
                findings.Add(this, place, message, new Fix($"Set minAvailable to {replicas - 1}", Safety.Review, new Edit.Set(place.Path, replicas - 1)));
            }
            else
            {
                findings.Add(this, place, message, Refusal.NeedsDecision(
                    !HasReplicas(workload) ? $"how many pods {workload.Identity} has at least, and how many of them may be gone"
                    : $"whether {workload.Identity} gets more replicas{(scaler is null ? "" : $", by {scaler.Identity},")} or the budget lets one of its pods go{Hint(replicas, isPercent, workloads.Count)}"));
            }
        }
    }

    private static bool HasReplicas(SetObject workload) => workload.Kind is not ("DaemonSet" or "Job" or "CronJob");

    /// <summary>What bears upon the decision.</summary>
    private static string Hint(long replicas, bool isPercent, int workloads) =>
        workloads > 1 ? $"; it counts the pods of {workloads} workloads together"
        : isPercent && replicas > 1 ? $"; with {replicas} replicas, at most {100 * (replicas - 1) / replicas}% does"
        : "";

    /// <summary>Without a number a workload has one replica, or what its autoscaler keeps at least; what has no such field counts as none.</summary>
    private static long ReplicasOf(SetObject workload, SetObject? scaler)
    {
        if (!HasReplicas(workload))
        {
            return 0;
        }

        var replicas = workload.Root[Name.Spec][Name.Replicas].Integer ?? 1;
        return replicas != 1 || scaler is null ? replicas
            : scaler.Root[Name.Spec][Name.MinReplicas].Integer ?? (scaler.Root[Name.Spec]["minReplicaCount"].Integer is > 0 and var least ? least : 1);
    }
}
