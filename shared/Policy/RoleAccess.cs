using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Whether a binding grants verbs on resources, through the role that it names and what that role aggregates. As in
/// kube-linter, a RoleBinding is followed to Roles only.
/// </summary>
internal sealed class RoleAccess(PatternList resources, PatternList verbs, bool reportsMissing)
{
    public void Check(Rule rule, Subject subject, ObjectSet set, FindingList findings)
    {
        var isOfCluster = subject.Is("rbac.authorization.k8s.io"u8, "ClusterRoleBinding"u8);
        if (!isOfCluster && !subject.Is("rbac.authorization.k8s.io"u8, "RoleBinding"u8))
        {
            return;
        }

        var place = subject.Root[Name.RoleRef];
        var name = place[Name.Name].Text ?? "";
        var kind = isOfCluster ? "ClusterRole" : "Role";
        var @namespace = NamespaceOf(subject.Metadata[Name.Namespace].Text);
        var roles = set.Named(kind, name)
            .Where(role => role.Group == "rbac.authorization.k8s.io" && (isOfCluster || NamespaceOf(role.Namespace) == @namespace))
            .ToList();
        foreach (var role in roles)
        {
            Report(rule, place, $"the {kind} '{name}'", GrantsOf(role), findings);
            if (!isOfCluster)
            {
                continue;
            }

            foreach (var selector in role.Root[Name.AggregationRule][Name.ClusterRoleSelectors].Elements)
            {
                var wanted = LabelSelector.OfLabels(selector[Name.MatchLabels]);
                foreach (var part in set.ClusterRolesMatching(wanted))
                {
                    Report(rule, place, $"the ClusterRole '{part.Name}', which '{name}' aggregates,", GrantsOf(part), findings);
                }
            }
        }

        if (roles.Count == 0 && reportsMissing)
        {
            findings.Add(rule, place, $"the {kind} '{name}' is not among the scanned files", Refusal.NeedsEvidence($"what the {kind} '{name}' grants"));
        }
    }

    private static void Report(Rule rule, Field place, string role, string grants, FindingList findings)
    {
        if (grants.Length > 0)
        {
            findings.Add(
                rule,
                place,
                $"binds {role} which grants {grants}",
                Refusal.NeedsEvidence($"which of it the subjects really use, from the API server's audit log or 'kubectl auth can-i --list --as'"));
        }
    }

    /// <summary><c>get, list on secrets</c>, rule by rule; empty where nothing of the kind is granted.</summary>
    private string GrantsOf(SetObject role)
    {
        var grants = new List<string>();
        foreach (var rule in role.Root[Name.Rules].Elements)
        {
            var (on, what) = (Matching(rule[Name.Resources], resources), Matching(rule[Name.Verbs], verbs));
            if (on.Count > 0 && what.Count > 0)
            {
                grants.Add($"{string.Join(", ", what)} on {string.Join(", ", on)}");
            }
        }

        return string.Join("; ", grants);
    }

    private static List<string> Matching(Field list, PatternList patterns)
    {
        var matching = new List<string>();
        foreach (var element in list.Elements)
        {
            if (patterns.Count > 0 && (element.Is("*"u8) || patterns.IsMatch(element.Utf8)))
            {
                matching.Add(element.Text ?? "");
            }
        }

        return matching;
    }

    private static string NamespaceOf(string? text) => text is { Length: > 0 } ? text : "default";
}
