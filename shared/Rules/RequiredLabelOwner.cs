using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RequiredLabelOwner : ObjectRule
{
    private static readonly Parameter<Pattern> Key = Parameter.Pattern("key", "what the key of the label must match", "owner");
    private static readonly Parameter<Pattern> Wanted = Parameter.Pattern("value", "what its value must match; empty for any", "");

    private readonly Pattern key;
    private readonly Pattern value;

    public RequiredLabelOwner()
        : this(ParameterValues.None)
    {
    }

    private RequiredLabelOwner(ParameterValues values) => (key, value) = (values.Of(Key), values.Of(Wanted));

    public override IReadOnlyList<Parameter> Parameters { get; } = [Key, Wanted];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "required-label-owner",
        Title: "Object has no label that names its owner",
        Why: "When the object breaks, or nobody knows whether it is still needed, there is nobody to ask.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=required-label-owner",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Adds the label from the owner's defaults, where one of them matches. Review: what selects or reads it sees the object from then on. Without one it needs evidence; where the key has another value, a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        RequiredEntry.Check(this, subject, findings, Name.Labels, key, value, subject.Settings.Defaults.Labels);
    }

    protected override Rule Configure(ParameterValues values) => new RequiredLabelOwner(values);
}
