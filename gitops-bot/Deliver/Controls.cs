using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// The check boxes of pull requests, issues and the dashboard: whoever may edit the text may tick them. Each is a wish that
/// the next pass carries out, and writes back without the tick.
/// </summary>
internal static partial class Controls
{
    public const string Regenerate = "regenerate";
    public const string Deliver = "deliver";
    public const string Revive = "revive";

    public static TimeSpan SnoozeTime { get; } = TimeSpan.FromDays(14);

    private static string Snooze { get; } = string.Create(CultureInfo.InvariantCulture, $"snooze={SnoozeTime.TotalDays}d");

    /// <summary>The boxes below a pull request.</summary>
    public static string OfPullRequest { get; } = string.Join('\n',
        Box(Regenerate, null, "make this change anew from the base branch, and forget what was pushed before"),
        Box(Snooze, null, string.Create(CultureInfo.InvariantCulture, $"not now: close this, and come back in {SnoozeTime.TotalDays} days")));

    public static string OfIssue { get; } =
        Box(Snooze, null, string.Create(CultureInfo.InvariantCulture, $"not now: close this, and come back in {SnoozeTime.TotalDays} days"));

    /// <param name="value">What it is about, as a fingerprint or an id; null where that is plain.</param>
    /// <param name="text">Ours, or made safe before.</param>
    public static string Box(string control, string? value, string text) => $"- [ ] <!-- selfheal:{control}{(value is null ? "" : $"={value}")} --> {text}";

    public static bool WantsRegeneration(string body) => Ticked(body).Any(tick => tick.Control == Regenerate);

    public static bool WantsSnooze(string body) => Ticked(body).Any(tick => tick.Control == "snooze");

    /// <summary>What was ticked on a dashboard.</summary>
    public static IReadOnlySet<string> Values(string body, string control) =>
        Ticked(body).Where(tick => tick.Control == control).Select(tick => tick.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The text with no box of it ticked: what was wished for is done, or was answered.</summary>
    public static string Unticked(string body) => Ticks().Replace(body, match => match.Value.Replace("[x]", "[ ]", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<(string Control, string Value)> Ticked(string body) =>
        Ticks().Matches(Markdown.OutsideOfBlocks(body)).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    [GeneratedRegex(@"^[ \t]*- \[[xX]\] <!-- selfheal:([a-z]+)(?:=([a-z0-9-]{1,64}))? -->", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Ticks();
}
