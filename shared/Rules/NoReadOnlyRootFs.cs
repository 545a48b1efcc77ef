using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoReadOnlyRootFs : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "no-read-only-root-fs",
        Title: "Root filesystem can be written",
        Why: "Whoever breaks into the container can change its programs and leave tools behind.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-read-only-root-fs",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets readOnlyRootFilesystem to true. Review: a program that writes beside its volumes fails; give it an emptyDir first.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var readOnly = container[Name.SecurityContext][Name.ReadOnlyRootFilesystem];
            if (readOnly.IsTrue)
            {
                continue;
            }

            var message = $"{container.Label} has a root filesystem that can be written; securityContext.readOnlyRootFilesystem must be true";
            if (subject.IsWindows)
            {
                findings.Add(this, readOnly, message, Refusal.NeedsDecision("whether the rule is for this pod: Windows has no read-only root filesystem"));
            }
            else
            {
                findings.Add(
                    this,
                    readOnly,
                    message,
                    new Fix("Set readOnlyRootFilesystem to true", Safety.Review, new Edit.Set(readOnly.Path, true)));
            }
        }
    }
}
