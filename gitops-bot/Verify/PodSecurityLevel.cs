using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The Pod Security level of an object by every control of the standards, old against new: it must not fall, and within a
/// level no control may be violated that was not. Exemptions do not count here: what is exempt is still a violation.
/// </summary>
internal static class PodSecurityLevel
{
    private static readonly RuleSet Baseline = new(Catalogue.All.Where(rule => (rule.Info.Profiles & Profiles.PssBaseline) != 0));
    private static readonly RuleSet Restricted = new(Catalogue.All.Where(rule => (rule.Info.Profiles & Profiles.PssRestricted) != 0));

    public static string? Broken(SafetyCase @case)
    {
        if (!@case.Pair.IsTouched || (SafetyCase.Pods(@case.Pair.Before).Count == 0 && SafetyCase.Pods(@case.Pair.After).Count == 0))
        {
            return null;
        }

        var settings = @case.Candidate.Surroundings.Settings with { Exemptions = ExemptionList.Empty };
        var (before, after) = (Judge(@case.Pair.Before, settings), Judge(@case.Pair.After, settings));
        if (after.Level < before.Level)
        {
            return $"the Pod Security level falls from {Words(before.Level)} to {Words(after.Level)}: {after.Violations.Except(before.Violations).FirstOrDefault().Message}";
        }

        return after.Violations.Except(before.Violations).FirstOrDefault() is { Rule: not null } worse ? $"{worse.Rule}: {worse.Message}" : null;
    }

    private static (int Level, HashSet<(string Rule, string Pointer, string Message)> Violations) Judge(Field root, PolicySettings settings)
    {
        var baseline = Violations(Baseline, root, settings);
        var restricted = Violations(Restricted, root, settings);
        return (baseline.Count > 0 ? 0 : restricted.Count > 0 ? 1 : 2, [.. baseline, .. restricted]);
    }

    private static HashSet<(string Rule, string Pointer, string Message)> Violations(RuleSet rules, Field root, PolicySettings settings)
    {
        var subject = new Subject();
        var found = new FindingList();
        subject.Load(root, settings);
        rules.Check(subject, item: null, found);
        return [.. found.Select(finding => (finding.Rule.Id, finding.Path.ToString(), finding.Message))];
    }

    private static string Words(int level) => level switch
    {
        0 => "privileged",
        1 => "baseline",
        _ => "restricted",
    };
}
