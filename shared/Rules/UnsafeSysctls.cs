using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsafeSysctls : ObjectRule
{
    private static readonly Parameter<WordList> UnsafeSysCtls = Parameter.Words(
        "unsafeSysCtls",
        "what the names of sysctls begin with that no pod may set",
        "kernel.msg",
        "kernel.sem",
        "kernel.shm",
        "fs.mqueue.",
        "net.");

    private readonly WordList unsafeSysCtls;

    public UnsafeSysctls()
        : this(ParameterValues.None)
    {
    }

    private UnsafeSysctls(ParameterValues values) => unsafeSysCtls = values.Of(UnsafeSysCtls);

    public override IReadOnlyList<Parameter> Parameters { get; } = [UnsafeSysCtls];

    protected override RuleInfo Definition { get; } = new(
        Id: "unsafe-sysctls",
        Title: "Pod sets an unsafe sysctl",
        Why: "A kernel setting of these groups can starve or change other pods of the node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unsafe-sysctls",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Takes the sysctl out. Review: a program tuned for it may slow down or fail.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (var sysctl in subject.Pod.Spec[Name.SecurityContext][Name.Sysctls].Elements)
        {
            if (unsafeSysCtls.HoldsPrefixOf(sysctl[Name.Name].Utf8))
            {
                findings.Add(
                    this,
                    sysctl,
                    $"the pod sets the sysctl {sysctl[Name.Name].Text}; must not be set",
                    new Fix($"Take the sysctl {sysctl[Name.Name].Text} out", Safety.Review, new Edit.Remove(sysctl.Path)));
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new UnsafeSysctls(values);
}
