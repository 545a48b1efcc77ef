using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoLivenessProbe : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "no-liveness-probe",
        Title: "Container has no liveness probe",
        Why: "A container that hangs stays up and answers nobody.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-liveness-probe",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Adds the liveness probe of the owner's defaults, where the container lists the port that it asks. Review: a wrong probe restarts a container that works. Without a default a person has to say what to ask.");

    public override void Check(Subject subject, FindingList findings)
    {
        MissingProbe.Check(this, subject, findings, Name.LivenessProbe, subject.Settings.Defaults.LivenessProbe);
    }
}
