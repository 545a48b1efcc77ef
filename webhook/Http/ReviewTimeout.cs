using System.Buffers;
using System.Globalization;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// How long the API server waits, as its <c>?timeout=</c> says: a Go duration such as <c>3s</c>, <c>1500ms</c> or <c>1m30s</c>.
/// </summary>
internal static class ReviewTimeout
{
    /// <summary>What the API server waits unless it is told otherwise.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Finds it in a query string; the default where it is not there.</summary>
    /// <param name="query">As it was sent, with its question mark; or empty.</param>
    /// <param name="text">What stands there.</param>
    /// <returns>False where that is no duration, or none above zero.</returns>
    public static bool TryFind(ReadOnlySpan<char> query, out TimeSpan timeout, out ReadOnlySpan<char> text)
    {
        text = default;
        foreach (var range in query.TrimStart('?').Split('&'))
        {
            var parameter = query.TrimStart('?')[range];
            if (parameter.StartsWith("timeout=", StringComparison.Ordinal))
            {
                text = parameter["timeout=".Length..];
                break;
            }
        }

        // The micro sign is the one character in a duration that is escaped.
        return TryParse(text.Contains('%') ? Uri.UnescapeDataString(text) : text, Longest, out timeout);
    }

    /// <param name="longest">What is longer counts as this.</param>
    /// <returns>False where the text is no duration, or none above zero.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, TimeSpan longest, out TimeSpan timeout)
    {
        timeout = Default;
        if (text.IsEmpty)
        {
            return true;
        }

        var rest = text;
        var seconds = 0.0;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            letters = letters < 0 ? rest.Length : letters;
            if (UnitOf(rest[..letters]) is not { } unit)
            {
                return false;
            }

            seconds += number * unit;
            rest = rest[letters..];
        }

        timeout = seconds > longest.TotalSeconds ? longest : TimeSpan.FromSeconds(seconds);
        return timeout > TimeSpan.Zero;
    }

    private static double? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" or "μs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
