using System.Collections.Frozen;

namespace SelfHealGitOps.Policy;

/// <summary>One condition of a label selector; <c>matchLabels: {env: dev}</c> is <c>env In [dev]</c>.</summary>
/// <param name="Values">Empty unless the operator is <c>In</c> or <c>NotIn</c>.</param>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, FrozenSet<string> Values)
{
    /// <param name="value">The label's value; null where there is no such label.</param>
    public bool IsMetBy(string? value) => Operator switch
    {
        LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Exists => value is not null,
        _ => value is null,
    };
}

/// <summary>What a label selector can ask of a label, by the API's names.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
