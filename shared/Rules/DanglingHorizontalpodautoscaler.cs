using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingHorizontalpodautoscaler : SetRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.HorizontalPodAutoscaler];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-horizontalpodautoscaler",
        Title: "HorizontalPodAutoscaler scales nothing",
        Why: "The workload that was meant stays at the size it has, under whatever load.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-horizontalpodautoscaler",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Where exactly one workload of the namespace has the name under another apiVersion or kind, points scaleTargetRef to it. Review: whether that one was meant. Else needs a decision: which workload to scale, or what makes it.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.Is("autoscaling"u8, "HorizontalPodAutoscaler"u8))
        {
            return;
        }

        var target = subject.Spec[Name.ScaleTargetRef];
        var (apiVersion, kind, name) = (target[Name.ApiVersion].Text ?? "", target[Name.Kind].Text ?? "", target[Name.Name].Text ?? "");
        if (set.Named(kind, name).Any(each => each.HasPod && each.Identity.ApiVersion == apiVersion))
        {
            return;
        }

        var message = $"no workload among the scanned files is the {apiVersion} {kind} {name} of scaleTargetRef";
        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        var alike = set.WorkloadsNamed(@namespace, name).Where(IsScalable).Take(2).ToList();
        if (name.Length > 0 && target.IsMap && alike is [var only])
        {
            findings.Add(this, target, message, new Fix(
                $"Point scaleTargetRef to the {only.Identity.ApiVersion} {only.Identity}",
                Safety.Review,
                [new Edit.Set(target[Name.ApiVersion].Path, only.Identity.ApiVersion), new Edit.Set(target[Name.Kind].Path, only.Kind)]));
        }
        else
        {
            findings.Add(this, target, message, Refusal.NeedsDecision($"which workload is to be scaled, or what else makes the {kind} {name}"));
        }
    }

    /// <summary>Nobody scales a pod, a job or what runs on every node.</summary>
    private static bool IsScalable(SetObject each) => each.Kind is not ("Pod" or "PodTemplate" or "Job" or "CronJob" or "DaemonSet");
}
