using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class HpaMinimumThreeReplicas : ObjectRule
{
    private static readonly IntegerParameter MinReplicas =
        Parameter.Integer("minReplicas", "the fewest pods that an autoscaler may leave", 3, 0, int.MaxValue);

    private readonly long least;

    public HpaMinimumThreeReplicas()
        : this(ParameterValues.None)
    {
    }

    private HpaMinimumThreeReplicas(ParameterValues values) => least = values.Of(MinReplicas);

    public override IReadOnlyList<Parameter> Parameters { get; } = [MinReplicas];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.HorizontalPodAutoscaler];

    protected override RuleInfo Definition { get; } = new(
        Id: "hpa-minimum-three-replicas",
        Title: "Autoscaler may leave too few pods",
        Why: "With one or two pods, a node that fails or is drained takes half of the capacity or all of it.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=hpa-minimum-three-replicas",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets minReplicas to the rule's minimum, and maxReplicas too where it is below that. Review: idle pods cost what busy ones do. Where maxReplicas is not written, it needs a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("autoscaling"u8, "HorizontalPodAutoscaler"u8))
        {
            return;
        }

        var minimum = subject.Spec[Name.MinReplicas];
        if ((minimum.Exists && minimum.Integer is null) || (minimum.Integer ?? 1) >= least)
        {
            return;
        }

        var message = minimum.Exists
            ? $"minReplicas is {minimum.Text}; must be at least {least}"
            : $"minReplicas is absent, which means 1; must be at least {least}";
        var maximum = subject.Spec[Name.MaxReplicas];
        if (TemplateText.IsExpression(maximum.Utf8))
        {
            findings.Add(this, minimum, message, new Refusal(RefusalCode.Templated, "maxReplicas is filled in later; minReplicas must not be above it"));
        }
        else if (maximum.Integer is not { } most)
        {
            findings.Add(this, minimum, message, Refusal.NeedsDecision($"how many pods the autoscaler may make, at least {least}: maxReplicas is {(maximum.Exists ? Seen.Of(maximum) : "absent")}"));
        }
        else if (most < least)
        {
            findings.Add(
                this,
                minimum,
                message,
                new Fix(
                    $"Set minReplicas to {least}, and maxReplicas, which must not be below it",
                    Safety.Review,
                    [new Edit.Set(minimum.Path, least), new Edit.Set(maximum.Path, least)]));
        }
        else
        {
            findings.Add(this, minimum, message, new Fix($"Set minReplicas to {least}", Safety.Review, new Edit.Set(minimum.Path, least)));
        }
    }

    protected override Rule Configure(ParameterValues values) => new HpaMinimumThreeReplicas(values);
}
