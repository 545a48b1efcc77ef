using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class SccDenyPrivilegedContainer : ObjectRule
{
    private static readonly SwitchParameter Unwanted =
        Parameter.Switch("AllowPrivilegedContainer", "the value of allowPrivilegedContainer that is reported", true);

    private readonly bool unwanted;

    public SccDenyPrivilegedContainer()
        : this(ParameterValues.None)
    {
    }

    private SccDenyPrivilegedContainer(ParameterValues values) => unwanted = values.Of(Unwanted);

    public override IReadOnlyList<Parameter> Parameters { get; } = [Unwanted];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.SecurityContextConstraints];

    protected override RuleInfo Definition { get; } = new(
        Id: "scc-deny-privileged-container",
        Title: "Security context constraints admit privileged containers",
        Why: "Whoever may use them may run a container that owns its node.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=scc-deny-privileged-container",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Sets allowPrivilegedContainer to false. Review: privileged pods that were admitted by these constraints are refused from then on; the capabilities they need belong into allowedCapabilities.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("security.openshift.io"u8, "SecurityContextConstraints"u8))
        {
            return;
        }

        var allowed = subject.Root["allowPrivilegedContainer"];
        if (allowed.IsTrue != unwanted)
        {
            return;
        }

        if (unwanted)
        {
            findings.Add(
                this,
                allowed,
                "allowPrivilegedContainer is true; must be false",
                new Fix("Set allowPrivilegedContainer to false", Safety.Review, new Edit.Set(allowed.Path, false)));
        }
        else
        {
            findings.Add(
                this,
                allowed,
                "allowPrivilegedContainer is not true; the rule is told to report that",
                Refusal.NeedsDecision("why these constraints have to admit privileged containers"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new SccDenyPrivilegedContainer(values);
}
