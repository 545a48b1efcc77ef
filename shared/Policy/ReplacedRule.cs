namespace SelfHealGitOps.Policy;

/// <summary>A rule that a stricter one stands in for.</summary>
public sealed record ReplacedRule(string Id, string By)
{
    /// <summary>Which of the rules stand in for which others at a version of the Pod Security Standards.</summary>
    public static IReadOnlyList<ReplacedRule> Among(IEnumerable<Rule> rules, PssVersion version) =>
        [.. rules
            .Where(rule => rule.Info.Replaces is { } replacement && version.IsAtLeast(replacement.SinceMinor))
            .Select(rule => new ReplacedRule(rule.Info.Replaces!.RuleId, rule.Info.Id))];
}
