namespace SelfHealGitOps.Policy;

/// <summary>A rule whose findings say nothing new at places where another one has found something.</summary>
public sealed record RepeatedRule(string Id, string By)
{
    /// <summary>Which of the rules say what others among them say as well.</summary>
    public static IReadOnlyList<RepeatedRule> Among(IEnumerable<Rule> rules)
    {
        var judging = rules.ToDictionary(rule => rule.Info.Id, StringComparer.Ordinal);
        return [.. judging.Values.SelectMany(rule => rule.Info.SaidBy.Where(judging.ContainsKey).Select(by => new RepeatedRule(rule.Info.Id, by)))];
    }
}
