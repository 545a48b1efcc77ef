namespace SelfHealGitOps.Policy;

/// <summary>One thing that can be wrong, and its remedy. A rule is pure and synchronous, and does no I/O, ever.</summary>
public abstract class Rule
{
    public abstract RuleInfo Info { get; }
}
