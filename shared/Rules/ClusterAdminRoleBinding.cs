using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class ClusterAdminRoleBinding : ObjectRule
{
    /// <summary>More would make a message that nobody reads.</summary>
    private const int MostNamed = 3;

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.ClusterRoleBinding];

    protected override RuleInfo Definition { get; } = new(
        Id: "cluster-admin-role-binding",
        Title: "cluster-admin is granted",
        Why: "Whoever holds cluster-admin, or steals a token of it, may do everything to every object of the cluster.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=cluster-admin-role-binding",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: what the subjects do with it, which the audit log knows. A role of just that is then bound in a new binding, as the role of a binding cannot be changed.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("rbac.authorization.k8s.io"u8, "ClusterRoleBinding"u8))
        {
            return;
        }

        var role = subject.Root[Name.RoleRef];
        if (!role[Name.Name].Is("cluster-admin"u8) || !role[Name.Kind].Is("ClusterRole"u8))
        {
            return;
        }

        var subjects = subject.Root[Name.Subjects];
        if (subjects.Count == 0)
        {
            findings.Add(
                this,
                role[Name.Name],
                "cluster-admin is bound to nobody; must be a role of what its subjects need",
                Refusal.NeedsDecision("whether the binding is of any use: it has no subjects"));
            return;
        }

        findings.Add(
            this,
            role[Name.Name],
            $"cluster-admin is bound to {Join(subjects, Label)}; must be a role of what they need",
            Refusal.NeedsEvidence(
                $"the verbs and resources that {Join(subjects, User)} use: the audit log has them by user and group; "
                + $"what else they may, kubectl auth can-i --list tells with {Join(subjects, Flag)}"));
    }

    private static string Join(Field subjects, Func<Field, string> name)
    {
        var names = new List<string>();
        foreach (var each in subjects.Elements)
        {
            names.Add(name(each));
        }

        return names.Count <= MostNamed
            ? string.Join(" and ", names)
            : $"{string.Join(", ", names[..MostNamed])} and {names.Count - MostNamed} more";
    }

    private static string Label(Field subject) =>
        $"{subject[Name.Kind].Text} {(subject[Name.Namespace].Text is { } space ? space + "/" : "")}{subject[Name.Name].Text}";

    /// <summary>The name that the API server knows a subject by.</summary>
    private static string User(Field subject) =>
        subject[Name.Kind].Is("ServiceAccount"u8)
            ? $"system:serviceaccount:{subject[Name.Namespace].Text}:{subject[Name.Name].Text}"
            : subject[Name.Name].Text ?? "";

    private static string Flag(Field subject) =>
        subject[Name.Kind].Is("Group"u8) ? $"--as=anybody --as-group={User(subject)}" : $"--as={User(subject)}";
}
