using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Amounts that a container may not have, from one whole number of units to another, both of which count; what is not
/// written counts as 0. Exact, where kube-linter first rounds up to the unit.
/// </summary>
internal sealed class AmountRange
{
    /// <summary>An upper bound of this many units is none: 10^9 cores, or nearly an exbibyte.</summary>
    public const long NoBound = 1_000_000_000_000;

    private readonly Quantity least;
    private readonly Quantity most;

    /// <param name="unit">The suffix of a quantity: <c>m</c> or <c>Mi</c>.</param>
    public AmountRange(long least, long most, string unit)
    {
        this.least = Of(least, unit);
        this.most = Of(most, unit);
        IsZeroAlone = least == 0 && most == 0;
        HasUpperBound = most < NoBound;
        var above = most == 0 ? "above 0" : $"above {most}{unit}";
        var below = $"below {least}{unit}";
        Wanted = least == 0 && HasUpperBound ? above
            : HasUpperBound ? $"{below} or {above}"
            : below;
    }

    /// <summary>What an amount has to be instead: <c>above 500m</c>, <c>below 1Mi or above 64Mi</c>.</summary>
    public string Wanted { get; }

    /// <summary>True for kube-linter's default, where an amount has to be set at all.</summary>
    public bool IsZeroAlone { get; }

    private bool HasUpperBound { get; }

    public bool Holds(Quantity amount) => least <= amount && (!HasUpperBound || amount <= most);

    /// <summary>True where the field is absent and 0 is in the range, or its amount is; what is no amount never is.</summary>
    public bool Holds(Field amount) => amount.Exists ? Quantity.TryRead(amount, out var quantity) && Holds(quantity) : Holds(Quantity.Zero);

    private static Quantity Of(long count, string unit) => Quantity.TryParse($"{count}{unit}", out var quantity) ? quantity : default;
}
