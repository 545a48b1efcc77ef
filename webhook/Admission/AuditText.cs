using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>What goes into the API server's audit log: rule ids and counts, nothing of the object.</summary>
internal static class AuditText
{
    private const int MaxRules = 40;

    public static List<KeyValuePair<string, string>> Of(
        AdmissionPolicy policy, List<Finding> denied, List<Finding> warned, List<Finding> observed, List<Finding> exempted)
    {
        var annotations = new List<KeyValuePair<string, string>>(5);
        Add("denied", denied);
        Add("warned", warned);
        Add("observed", observed);
        Add("exempted", exempted);
        annotations.Add(new("policy", policy.Digest));
        return annotations;

        void Add(string key, List<Finding> findings)
        {
            if (findings.Count > 0)
            {
                annotations.Add(new(key, Rules(findings)));
            }
        }
    }

    /// <summary>Each rule once, in order: <c>latest-tag, pss-privileged</c>.</summary>
    public static string Rules(IReadOnlyList<Finding> findings)
    {
        var ids = RuleIds(findings);
        return ids.Count <= MaxRules
            ? string.Join(", ", ids)
            : $"{string.Join(", ", ids.Take(MaxRules))} and {ids.Count - MaxRules} more";
    }

    public static List<string> RuleIds(IReadOnlyList<Finding> findings)
    {
        var ids = new List<string>();
        foreach (var finding in findings)
        {
            // Findings come rule by rule, and for each of an object's pods once more.
            if (!ids.Contains(finding.Rule.Id))
            {
                ids.Add(finding.Rule.Id);
            }
        }

        ids.Sort(StringComparer.Ordinal);
        return ids;
    }
}
