using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RestartPolicy : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "restart-policy",
        Title: "Pod has no restart policy that restarts it",
        Why: "A container that fails stays down.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=restart-policy",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Where none is written, writes out Always, which the API server would put there: Safe. In a kind that takes nothing else, sets Always: Review. What Never means for a pod or a job is a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        var policy = subject.Pod.Spec[Name.RestartPolicy];
        if (!subject.HasPod || policy.Is("Always"u8) || policy.Is("OnFailure"u8))
        {
            return;
        }

        var message = $"the pod has {(policy.Utf8.IsEmpty ? "no restartPolicy" : $"restartPolicy={policy.Text}")}; must be Always or OnFailure";
        if (subject.Is("batch"u8, "Job"u8) || subject.Is("batch"u8, "CronJob"u8))
        {
            findings.Add(this, policy, message, Refusal.NeedsDecision("whether the pod of a failed job is started again (OnFailure) or a new one made (Never)"));
        }
        else if (!policy.Exists)
        {
            findings.Add(this, policy, message, new Fix("Write out restartPolicy: Always", Safety.Safe, new Edit.Set(policy.Path, "Always")));
        }
        else if (subject.Is(""u8, "Pod"u8) || subject.Is(""u8, "PodTemplate"u8))
        {
            findings.Add(this, policy, message, Refusal.NeedsDecision($"whether the pod is to be started again: restartPolicy={policy.Text} says that it is not"));
        }
        else
        {
            findings.Add(this, policy, message, new Fix("Set restartPolicy to Always", Safety.Review, new Edit.Set(policy.Path, "Always")));
        }
    }
}
