using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Manifests;

/// <summary>
/// A JSON number by its value, exact at any length: the digits, neither starting nor ending in 0, times ten to the
/// exponent. 1, 1.0 and 10e-1 are equal; so are 0 and -0.
/// </summary>
internal readonly record struct JsonNumber(bool IsNegative, string Digits, long Exponent)
{
    // Leaves room for the shift by the digits' length.
    private const long MaxExponent = 1_000_000_000_000_000_000;

    public static JsonNumber Of(JsonValue number) => Of(number.ToJsonString());

    public static JsonNumber Of(string text)
    {
        var unsigned = text.TrimStart('-');
        var isNegative = unsigned.Length < text.Length;
        var e = unsigned.AsSpan().IndexOfAny('e', 'E');
        var mantissa = e < 0 ? unsigned : unsigned[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var fractionLength = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0)
        {
            return new JsonNumber(false, "0", 0);
        }

        var exponent = 0L;
        if (e >= 0
            && (!long.TryParse(unsigned.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || exponent is > MaxExponent or < -MaxExponent))
        {
            // Nothing computes with such an exponent: equal only to its own spelling.
            return new JsonNumber(isNegative, unsigned, 0);
        }

        return new JsonNumber(isNegative, significant, exponent - fractionLength + (digits.Length - significant.Length));
    }
}
