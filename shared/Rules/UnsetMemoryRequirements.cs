using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetMemoryRequirements : ObjectRule
{
    private static readonly Parameter<string> RequirementsType = ResourceRequirements.TypeParameter("limit");
    private static readonly IntegerParameter LowerBound = ResourceRequirements.LowerBound("lowerBoundMB", "mebibytes");
    private static readonly IntegerParameter UpperBound = ResourceRequirements.UpperBound("upperBoundMB", "mebibytes");

    private readonly ResourceRequirements requirements;

    public UnsetMemoryRequirements()
        : this(ParameterValues.None)
    {
    }

    private UnsetMemoryRequirements(ParameterValues values) => requirements = new(
        Name.Memory, values.Of(RequirementsType), new AmountRange(values.Of(LowerBound), values.Of(UpperBound), "Mi"));

    public override IReadOnlyList<Parameter> Parameters { get; } = [RequirementsType, LowerBound, UpperBound];

    protected override RuleInfo Definition { get; } = new(
        Id: "unset-memory-requirements",
        Title: "Container has no memory limit",
        Why: "Without a limit one leak takes the memory of the whole node, and the kernel kills whom it likes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unset-memory-requirements",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets the limit from the owner's defaults, and the request too where none is written, as the API server would else raise it to the limit. Review: a container that needs more is killed. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings) => requirements.Check(this, subject, findings);

    protected override Rule Configure(ParameterValues values) => new UnsetMemoryRequirements(values);
}
