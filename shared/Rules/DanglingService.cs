using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DanglingService : SetRule
{
    private static readonly Parameter<WordList> IgnoredLabels = Parameter.Words(
        "ignoredLabels", "labels of the selector that do not count, such as those that something adds to running pods");

    private readonly WordList ignored;

    public DanglingService()
        : this(ParameterValues.None)
    {
    }

    private DanglingService(ParameterValues values)
    {
        ignored = values.Of(IgnoredLabels);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [IgnoredLabels];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Service];

    protected override RuleInfo Definition { get; } = new(
        Id: "dangling-service",
        Title: "Service selects no pods",
        Why: "Whoever calls the Service gets no answer: a label was renamed on one side, or the workload is gone.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dangling-service",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Needs a decision: whether the selector or the labels of the pods are right, or what makes the pods that are not among the scanned files. Where a workload comes near, the message names it and the label that differs.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        if (!subject.Is(""u8, "Service"u8) || subject.Spec[Name.Type].Is("ExternalName"u8))
        {
            return;
        }

        var selector = subject.Spec[Name.Selector];
        if (selector.Count == 0)
        {
            findings.Add(
                this,
                selector,
                "the Service has no selector, so it gets no endpoints by itself",
                Refusal.NeedsDecision("which pods the Service is for, or that its endpoints are made by hand"));
            return;
        }

        var wanted = LabelSelector.OfLabels(selector, ignored);
        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        if (wanted.Problem() is { } problem)
        {
            findings.Add(this, selector, $"the selector is invalid, so it selects nothing: {problem}", Refusal.NeedsDecision("which pods the Service is for"));
        }
        else if (!set.PodsMatching(@namespace, wanted).Any())
        {
            findings.Add(
                this,
                selector,
                $"no pod among the scanned files has the labels {wanted}",
                wanted.Refuse($"which is right, the selector or the labels of the pods{NearMiss.Of(set, @namespace, wanted, subject.Metadata[Name.Name].Text)}; or what else makes pods with {wanted}"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new DanglingService(values);
}
