using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class JobTtlSecondsAfterFinished : ObjectRule
{
    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Job, ResourceKind.CronJob];

    protected override RuleInfo Definition { get; } = new(
        Id: "job-ttl-seconds-after-finished",
        Title: "Nothing removes the finished Job, or two things do",
        Why: "A finished Job and its pods stay until somebody deletes them. Those of a CronJob go by its history limits, and a time to live besides takes them away earlier than these say.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=job-ttl-seconds-after-finished",
        Severity: Severity.Info,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets the time of the owner's defaults in a Job; without one, it needs evidence of how long its result and logs are wanted. Takes the time out of a CronJob, whose history limits keep its Jobs. Review: logs are gone earlier, or stay longer.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (subject.Is("batch"u8, "Job"u8))
        {
            CheckJob(subject, findings);
        }
        else if (subject.Is("batch"u8, "CronJob"u8))
        {
            var managed = subject.Spec[Name.JobTemplate][Name.Spec][Name.TtlSecondsAfterFinished];
            if (managed.Exists)
            {
                findings.Add(
                    this,
                    managed,
                    $"the Jobs of a CronJob set ttlSecondsAfterFinished to {Seen.Of(managed)}; must be absent, as the CronJob's history limits remove them",
                    new Fix("Leave finished Jobs to the CronJob's history limits", Safety.Review, new Edit.Remove(managed.Path)));
            }
        }
    }

    private void CheckJob(Subject subject, FindingList findings)
    {
        var ttl = subject.Spec[Name.TtlSecondsAfterFinished];
        if (ttl.Exists)
        {
            return;
        }

        const string Message = "ttlSecondsAfterFinished is absent; must be set";
        if (subject.Settings.Defaults.TtlSecondsAfterFinished is >= 0 and var seconds)
        {
            findings.Add(
                this, ttl, Message, new Fix("Set ttlSecondsAfterFinished from the owner's defaults", Safety.Review, new Edit.Set(ttl.Path, seconds)));
        }
        else
        {
            findings.Add(
                this, ttl, Message, Refusal.NeedsEvidence("for how many seconds the result and the logs of the finished Job are wanted: what reads them, and when"));
        }
    }
}
