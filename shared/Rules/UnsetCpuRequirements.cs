using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class UnsetCpuRequirements : ObjectRule
{
    private static readonly Parameter<string> RequirementsType = ResourceRequirements.TypeParameter("request");
    private static readonly IntegerParameter LowerBound = ResourceRequirements.LowerBound("lowerBoundMillis", "thousandths of a core");
    private static readonly IntegerParameter UpperBound = ResourceRequirements.UpperBound("upperBoundMillis", "thousandths of a core");

    private readonly ResourceRequirements requirements;

    public UnsetCpuRequirements()
        : this(ParameterValues.None)
    {
    }

    private UnsetCpuRequirements(ParameterValues values) => requirements = new(
        Name.Cpu, values.Of(RequirementsType), new AmountRange(values.Of(LowerBound), values.Of(UpperBound), "m"));

    public override IReadOnlyList<Parameter> Parameters { get; } = [RequirementsType, LowerBound, UpperBound];

    protected override RuleInfo Definition { get; } = new(
        Id: "unset-cpu-requirements",
        Title: "Container has no CPU request",
        Why: "Without a request the scheduler takes the container for free: the node fills up, and the container is the first to starve.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=unset-cpu-requirements",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Where a CPU limit is written, writes it out as the request, as the API server would: Safe. Else sets the request from the owner's defaults: Review, as it can change where the pod finds room. Without a default the amount has to be measured.");

    public override void Check(Subject subject, FindingList findings) => requirements.Check(this, subject, findings);

    protected override Rule Configure(ParameterValues values) => new UnsetCpuRequirements(values);
}
