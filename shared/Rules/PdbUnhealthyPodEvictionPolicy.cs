using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PdbUnhealthyPodEvictionPolicy : ObjectRule
{
    /// <summary>Kubernetes knows the field by default from this version on; before, the API server drops it.</summary>
    private const int SinceMinor = 27;

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.PodDisruptionBudget];

    protected override RuleInfo Definition { get; } = new(
        Id: "pdb-unhealthy-pod-eviction-policy",
        Title: "Disruption budget keeps pods that are broken",
        Why: "Where too few pods are healthy, the ones that crash cannot be evicted either, and a node with one of them cannot be drained.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=pdb-unhealthy-pod-eviction-policy",
        Severity: Severity.Info,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets unhealthyPodEvictionPolicy to AlwaysAllow, as the Kubernetes documentation advises. Review: a pod that is about to recover may be evicted.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("policy"u8, "PodDisruptionBudget"u8) || !subject.Settings.KubernetesVersion.IsAtLeast(SinceMinor))
        {
            return;
        }

        var policy = subject.Spec[Name.UnhealthyPodEvictionPolicy];
        if (!policy.Exists)
        {
            findings.Add(
                this,
                policy,
                "unhealthyPodEvictionPolicy is absent, which means IfHealthyBudget; must be written",
                new Fix("Allow the eviction of unhealthy pods", Safety.Review, new Edit.Set(policy.Path, "AlwaysAllow")));
        }
    }
}
