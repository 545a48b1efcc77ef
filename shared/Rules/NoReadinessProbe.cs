using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoReadinessProbe : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "no-readiness-probe",
        Title: "Container has no readiness probe",
        Why: "Traffic is sent to the container before it can answer, at every start and every rollout.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-readiness-probe",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Adds the readiness probe of the owner's defaults, where the container lists the port that it asks. Review: a wrong probe cuts off a container that works. Without a default a person has to say what to ask.");

    public override void Check(Subject subject, FindingList findings)
    {
        MissingProbe.Check(this, subject, findings, Name.ReadinessProbe, subject.Settings.Defaults.ReadinessProbe);
    }
}
