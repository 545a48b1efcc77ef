using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsafeSysctls : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "unsafe-sysctls",
        Title: "Pod sets an unsafe sysctl",
        Why: "A kernel setting of these groups can starve or change other pods of the node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unsafe-sysctls",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Takes the sysctl out. Review: a program tuned for it may slow down or fail.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (var sysctl in subject.Pod.Spec[Name.SecurityContext][Name.Sysctls].Elements)
        {
            if (IsUnsafe(sysctl[Name.Name].Utf8))
            {
                findings.Add(
                    this,
                    sysctl,
                    $"the pod sets the sysctl {sysctl[Name.Name].Text}; must not be set",
                    new Fix($"Take the sysctl {sysctl[Name.Name].Text} out", Safety.Review, new Edit.Remove(sysctl.Path)));
            }
        }
    }

    private static bool IsUnsafe(ReadOnlySpan<byte> name) =>
        name.StartsWith("kernel.msg"u8) || name.StartsWith("kernel.sem"u8) || name.StartsWith("kernel.shm"u8)
        || name.StartsWith("fs.mqueue."u8) || name.StartsWith("net."u8);
}
