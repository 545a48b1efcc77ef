namespace SelfHealGitOps.Policy;

/// <summary>A rule that a stricter one stands in for.</summary>
public sealed record ReplacedRule(string Id, string By);
