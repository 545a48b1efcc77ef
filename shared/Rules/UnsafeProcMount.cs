using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsafeProcMount : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unsafe-proc-mount",
        Title: "Container sees /proc unmasked",
        Why: "What the runtime hides of /proc, such as the node's memory and its settings, lies open.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unsafe-proc-mount",
        Severity: Severity.Error,
        Profiles: Profiles.None,
        Remedy: "Sets procMount to Default. Review: a container that builds containers may need it.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var procMount = container[Name.SecurityContext][Name.ProcMount];
            if (Ascii.EqualsIgnoreCase(procMount.Utf8, "Unmasked"u8))
            {
                findings.Add(
                    this,
                    procMount,
                    $"{container.Label} sets securityContext.procMount={procMount.Text}; must be Default or absent",
                    new Fix("Set procMount to Default", Safety.Review, new Edit.Set(procMount.Path, "Default")));
            }
        }
    }
}
