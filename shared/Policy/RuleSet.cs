namespace SelfHealGitOps.Policy;

/// <summary>The rules that judge, and how they are run over one object.</summary>
public sealed class RuleSet(IEnumerable<ObjectRule> rules, IReadOnlyList<ReplacedRule>? replacements = null)
{
    private readonly ObjectRule[] rules = [.. rules];
    private readonly IReadOnlyList<ReplacedRule> replacements = replacements ?? [];

    public IReadOnlyList<ObjectRule> Rules => rules;

    /// <summary>Judges one object. <paramref name="findings"/> is emptied first, and filled rule by rule.</summary>
    public void Check(Subject subject, int? item, FindingList findings)
    {
        findings.Start(subject.Root, item, subject.IsWhole);
        foreach (var rule in rules)
        {
            rule.Check(subject, findings);
        }

        if (findings.Count > 0)
        {
            findings.DropReplaced(replacements);
        }
    }
}
