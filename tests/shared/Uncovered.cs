using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests;

/// <summary>
/// A value of a wrong shape is hidden from all rules but schema-validation, and an object of a version that is not served
/// from schema-validation. To mend the one uncovers what the other finds; such a fix is refused, and rightly.
/// </summary>
internal static class Uncovered
{
    private const string Rule = "schema-validation";

    public static bool IsWhy(Finding refused) =>
        refused.Refusal!.Message.StartsWith("the fix would add a finding", StringComparison.Ordinal)
        && (refused.Rule.Id == Rule || refused.Refusal.Message.Contains(Rule, StringComparison.Ordinal));
}
