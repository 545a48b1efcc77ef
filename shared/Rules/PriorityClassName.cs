using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PriorityClassName : ObjectRule
{
    private static readonly Parameter<WordList> AcceptedNames = Parameter.Words(
        "acceptedPriorityClassNames", "the priority classes that a pod may name", "system-cluster-critical", "system-node-critical");

    private readonly WordList accepted;

    public PriorityClassName()
        : this(ParameterValues.None)
    {
    }

    private PriorityClassName(ParameterValues values) => accepted = values.Of(AcceptedNames);

    public override IReadOnlyList<Parameter> Parameters { get; } = [AcceptedNames];

    protected override RuleInfo Definition { get; } = new(
        Id: "priority-class-name",
        Title: "Pod names a priority class that is not accepted",
        Why: "A pod of a high class pushes others off their nodes, and one whose class does not exist is not made at all.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=priority-class-name",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets the class of the owner's defaults where the rule accepts it, and takes out a priority in numbers, which the class gives. Review: it changes which pods give way. Without a default it needs a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        var pod = subject.Pod.Spec;
        var name = pod[Name.PriorityClassName];
        if (!subject.HasPod || name.Utf8.Trim(" \t\r\n"u8).IsEmpty || accepted.Contains(name.Utf8) || TemplateText.IsExpression(name.Utf8))
        {
            return;
        }

        var message = $"the pod names the priority class {Seen.Of(name)}; must be {Describe(" or ")}";
        var owner = subject.Settings.Defaults.PriorityClassName;
        if (owner is null || !accepted.Contains(owner, StringComparer.Ordinal))
        {
            var because = owner is null ? "" : $"; the owner's default {owner} is not among them";
            findings.Add(this, name, message, Refusal.NeedsDecision($"which of the priority classes {Describe(", ")} the pod is to have, or none{because}"));
            return;
        }

        // Admission refuses a number beside a class that gives another.
        var set = new Edit.Set(name.Path, owner);
        findings.Add(this, name, message, new Fix(
            "Set the priority class from the owner's defaults",
            Safety.Review,
            pod[Name.Priority].IsWritten ? [set, new Edit.Remove(pod[Name.Priority].Path)] : [set]));
    }

    protected override Rule Configure(ParameterValues values) => new PriorityClassName(values);

    private string Describe(string separator) => accepted.Count == 0 ? "absent" : string.Join(separator, accepted);
}
