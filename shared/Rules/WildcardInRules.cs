using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class WildcardInRules : ObjectRule
{
    /// <summary>More would make a message that nobody reads.</summary>
    private const int MostNamed = 8;

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Role, ResourceKind.ClusterRole];

    protected override RuleInfo Definition { get; } = new(
        Id: "wildcard-in-rules",
        Title: "Role grants a wildcard",
        Why: "A wildcard grants what nobody has thought of, and what the next version or custom resource brings.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=wildcard-in-rules",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: the verbs or resources that the holders of the role use, which the audit log knows.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.Is("rbac.authorization.k8s.io"u8, "Role"u8) && !subject.Is("rbac.authorization.k8s.io"u8, "ClusterRole"u8))
        {
            return;
        }

        foreach (var rule in subject.Root[Name.Rules].Elements)
        {
            foreach (var resource in rule[Name.Resources].Elements)
            {
                if (resource.Is("*"u8))
                {
                    findings.Add(
                        this,
                        resource,
                        $"a rule grants all resources of {Groups(rule)}; must name them",
                        Evidence(subject, $"the resources of {Groups(rule)} on which the verbs {Join(rule[Name.Verbs])} are used"));
                }
            }

            foreach (var verb in rule[Name.Verbs].Elements)
            {
                if (verb.Is("*"u8))
                {
                    findings.Add(
                        this,
                        verb,
                        $"a rule grants all verbs on {What(rule)}; must name them",
                        Evidence(subject, $"the verbs that are used on {What(rule)}"));
                }
            }
        }
    }

    private static Refusal Evidence(Subject subject, string what) => Refusal.NeedsEvidence(
        $"{what} by the subjects of the bindings of {subject.Root[Name.Kind].Text} {subject.Metadata[Name.Name].Text}: the audit log has them by user and group; "
        + "what else these may, kubectl auth can-i --list --as=… tells");

    private static string What(Field rule) =>
        rule[Name.Resources].Count > 0 ? $"the resources {Join(rule[Name.Resources])}" : $"the paths {Join(rule[Name.NonResourceURLs])}";

    private static string Groups(Field rule) =>
        Join(rule[Name.ApiGroups], group => group.Utf8.IsEmpty ? "the core group" : group.Is("*"u8) ? "all groups" : group.Text ?? "");

    private static string Join(Field list) => Join(list, element => element.Text ?? "");

    private static string Join(Field list, Func<Field, string> name)
    {
        var names = new List<string>();
        foreach (var element in list.Elements)
        {
            if (names.Count == MostNamed)
            {
                return $"{string.Join(", ", names)} and {list.Count - MostNamed} more";
            }

            names.Add(name(element));
        }

        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}
