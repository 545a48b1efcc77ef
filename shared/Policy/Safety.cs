namespace SelfHealGitOps.Policy;

/// <summary>Who decides about a fix.</summary>
public enum Safety
{
    /// <summary>Cannot change what a working workload does. A closed, documented list; applied by <c>--fix</c> and at admission.</summary>
    Safe,

    /// <summary>Right by the rule, but it can change what the workload does: a person decides. Applied by <c>--unsafe</c>.</summary>
    Review,
}
