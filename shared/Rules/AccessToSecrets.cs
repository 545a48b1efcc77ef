using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class AccessToSecrets : SetRule
{
    private static readonly Parameter<PatternList> Resources = Parameter.Patterns(
        "resources", "the resources in question", "^secrets$");

    private static readonly Parameter<PatternList> Verbs = Parameter.Patterns(
        "verbs", "the verbs that must not be granted on them", "^get$", "^list$", "^delete$", "^create$", "^watch$", "^*$");

    private static readonly SwitchParameter FlagRolesNotFound = Parameter.Switch(
        "flagRolesNotFound", "whether a role that is not among the files is a finding", false);

    private readonly RoleAccess access;

    public AccessToSecrets()
        : this(ParameterValues.None)
    {
    }

    private AccessToSecrets(ParameterValues values)
    {
        access = new RoleAccess(values.Of(Resources), values.Of(Verbs), values.Of(FlagRolesNotFound));
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [Resources, Verbs, FlagRolesNotFound];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.RoleBinding, ResourceKind.ClusterRoleBinding];

    protected override RuleInfo Definition { get; } = new(
        Id: "access-to-secrets",
        Title: "Binding gives access to Secrets",
        Why: "A Secret is read, written or deleted by whoever has these rights, and with it all that it opens.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=access-to-secrets",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: what the subjects really use. The audit log of the API server tells; a right that is taken away unseen stops somebody.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings) => access.Check(this, subject, set, findings);

    protected override Rule Configure(ParameterValues values) => new AccessToSecrets(values);
}
