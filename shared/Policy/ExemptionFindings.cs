using SelfHealGitOps.Manifests;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Policy;

/// <summary>
/// What is wrong with exemptions themselves, in a policy file and in comments. No rules: they judge no object, are part
/// of no profile, and cannot be exempted.
/// </summary>
public static class ExemptionFindings
{
    private const string Source = "https://kubernetes.io/docs/concepts/security/pod-security-admission/#exemptions";
    private static readonly FieldPath List = FieldPath.Root.Key("exemptions");

    public static RuleInfo Expired { get; } = new(
        "exemption-expired",
        "Exemption has expired",
        "What it exempted counts again, and somebody has to mend it or decide anew.",
        Source,
        Severity.Warning,
        Profiles.None,
        "None: mend what it exempted and take it out, or have a later date reviewed.");

    public static RuleInfo Unused { get; } = new(
        "exemption-unused",
        "Exemption exempts nothing",
        "Nobody misses it now, and later it would hide a finding that nobody has thought about.",
        Source,
        Severity.Info,
        Profiles.None,
        "None: take it out, unless it is for an object that is made elsewhere, such as by a chart.");

    public static RuleInfo Unknown { get; } = new(
        "exemption-unknown",
        "Exemption names no rule",
        "A mistyped id exempts nothing, while its author believes otherwise.",
        Source,
        Severity.Error,
        Profiles.None,
        "None: write an id that 'selfheal rules' lists.");

    public static RuleInfo OverBroad { get; } = new(
        "exemption-over-broad",
        "Exemption asks for more than one object for a year",
        "An exemption for whatever comes, or for ever, is no exception: it takes the rule away without saying so. It exempts nothing.",
        Source,
        Severity.Error,
        Profiles.None,
        "None: write exact names, and a date at most 366 days ahead; a rule that nobody wants is turned off in the policy.");

    public static RuleInfo Malformed { get; } = new(
        "exemption-malformed",
        "Comment is no exemption",
        "A comment that is not understood ignores nothing, while its author believes otherwise.",
        Source,
        Severity.Error,
        Profiles.None,
        "None: write '# selfheal: ignore[rule-id] until=2026-12-31 reason'.");

    /// <summary>All of them, in the order of their ids.</summary>
    public static IReadOnlyList<RuleInfo> Infos { get; } = [Expired, Malformed, OverBroad, Unknown, Unused];

    /// <summary>What is wrong with the entries of a policy file; at most one finding for each.</summary>
    /// <param name="settings">The policy, with its entries.</param>
    /// <param name="used">The entries that have exempted something.</param>
    /// <param name="isWhole">True when everything that the policy is for was judged; else no entry is called unused.</param>
    /// <param name="file">The policy file's name, as in other origins.</param>
    public static IReadOnlyList<Finding> Of(
        PolicySettings settings, RuleSet rules, IReadOnlySet<Exemption> used, bool isWhole, string file, DateTimeOffset now)
    {
        var findings = new List<Finding>();
        foreach (var entry in settings.Exemptions)
        {
            var found = entry.Excess(now) is { } excess ? (OverBroad, $"{excess}; it exempts nothing")
                : !IsKnown(entry.Rule, rules, settings) ? (Unknown, NoRule(entry.Rule))
                : entry.Expires.IsOver(now) ? (Expired, $"expired {entry.Expires}: {entry} counts again; its owner is {Excerpt.Of(entry.Owner)}")
                : isWhole && !used.Contains(entry) && IsJudged(entry.Rule, rules) ? (Unused, $"nothing is found that it would exempt: {entry}")
                : default((RuleInfo Info, string Message)?);
            if (found is { } wrong)
            {
                findings.Add(new(
                    wrong.Info,
                    new ObjectIdentity("", "Exemption", null, entry.ToString()),
                    new Origin(file, 0, null, entry.Line, entry.Column),
                    List,
                    entry.Pointer,
                    wrong.Message,
                    Fix: null,
                    Decision(wrong.Info)));
            }
        }

        return findings;
    }

    /// <summary>What is wrong with a comment: with the whole of it, or with its rules one by one.</summary>
    internal static IEnumerable<Finding> Of(
        InlineIgnore comment, RuleSet rules, PolicySettings settings, Func<string, bool> isUsed, string file, DateTimeOffset now)
    {
        if (comment.Problem is { } problem)
        {
            yield return Wrong(Malformed, "comment", problem);
            yield break;
        }

        var names = string.Join(',', comment.Rules);
        if (comment.Expires.IsTooFar(now))
        {
            yield return Wrong(OverBroad, names, $"until={comment.Expires} is more than {Expiry.MostDays} days ahead; it ignores nothing");
            yield break;
        }

        if (comment.Expires.IsOver(now))
        {
            yield return Wrong(Expired, names, $"expired {comment.Expires}: {names} counts again");
        }

        foreach (var rule in comment.Rules)
        {
            if (Exemption.HasWildcard(rule))
            {
                yield return Wrong(OverBroad, rule, $"rule {Excerpt.Of(rule)} is a pattern; it must be one exact id; it ignores nothing");
            }
            else if (!IsKnown(rule, rules, settings))
            {
                yield return Wrong(Unknown, rule, NoRule(rule));
            }
            else if (!comment.Expires.IsOver(now) && !isUsed(rule) && rules.Rules.Any(each => each is ObjectRule && each.Info.Id == rule))
            {
                // What a rule of sets finds depends on the other files, which may not be part of this scan.
                yield return Wrong(Unused, rule, $"{rule} finds nothing on line {comment.Target}");
            }
        }

        Finding Wrong(RuleInfo info, string name, string message) => new(
            info,
            new ObjectIdentity("", "Exemption", null, name),
            new Origin(file, comment.Document, null, comment.Line, comment.Column),
            FieldPath.Root,
            "",
            message,
            Fix: null,
            Decision(info));
    }

    /// <summary>True when there is a rule of this id, whether it judges here or not.</summary>
    private static bool IsKnown(string id, RuleSet rules, PolicySettings settings) =>
        IsJudged(id, rules) || Catalogue.All.Any(rule => rule.Info.Id == id) || settings.OwnRuleIds.Contains(id, StringComparer.Ordinal);

    private static bool IsJudged(string id, RuleSet rules) => rules.Rules.Any(rule => rule.Info.Id == id);

    private static string NoRule(string id) => Infos.Any(info => info.Id == id)
        ? $"findings of {id} are about exemptions, and cannot be exempted"
        : $"there is no rule {Excerpt.Of(id)}; 'selfheal rules' lists them";

    private static Refusal Decision(RuleInfo info) => new(RefusalCode.NeedsDecision, info == Unknown || info == Malformed
        ? "what its author meant it to exempt"
        : info == Expired ? "whether the finding may stay for longer, and why"
        : info == Unused ? "whether anything that is not scanned here still needs it"
        : "which object it is for, and for how long");
}
