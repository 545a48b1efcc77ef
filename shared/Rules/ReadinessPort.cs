using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ReadinessPort : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "readiness-port",
        Title: "The readiness probe asks a port that is not listed",
        Why: "Either the probe asks where nobody answers, and the container never gets traffic; or the port is missing from the list.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=readiness-port",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: whether the probe or the list of ports is right. For a name, needs the port that it stands for.");

    public override void Check(Subject subject, FindingList findings)
    {
        ProbePorts.Check(this, subject, findings, Name.ReadinessProbe);
    }
}
