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

    /// <returns>False where the text is no duration, or a negative one.</returns>
    public static bool TryParse(string? text, out TimeSpan timeout)
    {
        timeout = Default;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var rest = text.AsSpan();
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

        timeout = seconds > Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(seconds);
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
