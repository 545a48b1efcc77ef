using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>Spans of time as people write them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>14d</c>. Larger units first, each once.</summary>
internal static partial class DurationText
{
    public const string Pattern = "^(?=.)([0-9]{1,5}d)?([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";

    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Shape().Match(text);
        duration = match.Success
            ? new TimeSpan(Part(match, "d"), Part(match, "h"), Part(match, "m"), Part(match, "s"))
            : default;
        return match.Success;
    }

    public static string Of(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (amount, unit) in new[] { (duration.Days, 'd'), (duration.Hours, 'h'), (duration.Minutes, 'm'), (duration.Seconds, 's') })
        {
            if (amount != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{amount}{unit}");
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static int Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?=.)(?:(?<d>[0-9]{1,5})d)?(?:(?<h>[0-9]{1,5})h)?(?:(?<m>[0-9]{1,5})m)?(?:(?<s>[0-9]{1,5})s)?\z")]
    private static partial Regex Shape();
}
