using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class RequiredAnnotationEmail : ObjectRule
{
    private static readonly Parameter<Pattern> Key = Parameter.Pattern("key", "what the key of the annotation must match", "email");
    private static readonly Parameter<Pattern> Wanted = Parameter.Pattern("value", "what its value must match; empty for any", "[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9-.]+");

    private readonly Pattern key;
    private readonly Pattern value;

    public RequiredAnnotationEmail()
        : this(ParameterValues.None)
    {
    }

    private RequiredAnnotationEmail(ParameterValues values) => (key, value) = (values.Of(Key), values.Of(Wanted));

    public override IReadOnlyList<Parameter> Parameters { get; } = [Key, Wanted];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "required-annotation-email",
        Title: "Object has no annotation with an e-mail address",
        Why: "When the object breaks, there is nobody to write to.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=required-annotation-email",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Adds the annotation from the owner's defaults, where one of them matches. Review: what selects or reads it sees the object from then on. Without one it needs evidence; where the key has another value, a decision.");

    public override void Check(Subject subject, FindingList findings)
    {
        RequiredEntry.Check(this, subject, findings, Name.Annotations, key, value, subject.Settings.Defaults.Annotations);
    }

    protected override Rule Configure(ParameterValues values) => new RequiredAnnotationEmail(values);
}
