using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What the bot notes for itself in a pull request or an issue, in a comment that nobody sees: the forge is its memory.
/// Whoever may edit the text may edit the note: it says what not to do again, and never allows anything.
/// </summary>
internal sealed partial record DeliveryNote
{
    private const int MostFindings = 1000;
    private const int MostMoves = 500;

    /// <summary>The commit that was pushed; null in an issue.</summary>
    public string? Head { get; init; }

    /// <summary>The commit of the base that it was made from; null in an issue.</summary>
    public string? Base { get; init; }

    /// <summary>Which file it is about, as <see cref="FindingId.OfFile"/> says it.</summary>
    public string? File { get; init; }

    /// <summary>Which branch an issue is about, as <see cref="FindingId.OfFile"/> says it; null in a pull request, which has a base.</summary>
    public string? Branch { get; init; }

    /// <summary>Of the file that the change was made from: a SHA-256.</summary>
    public string? Before { get; init; }

    /// <summary>Of what judged it: the policy, and who read it.</summary>
    public string? Policy { get; init; }

    /// <summary>Of the objects as they were verified.</summary>
    public string? Rendered { get; init; }

    public Tier Tier { get; init; } = Tier.Blocked;

    /// <summary>Until when the findings are left alone; null for as long as they are what they are.</summary>
    public DateTimeOffset? Until { get; init; }

    public IReadOnlyList<FindingId> Findings { get; init; } = [];

    /// <summary>What was to go with it, and was refused by a gate.</summary>
    public IReadOnlyList<FindingId> LeftOut { get; init; } = [];

    /// <summary>From what to what the change brings objects, by itself and together with those that go another way.</summary>
    public IReadOnlyList<(string From, string To)> Moves { get; init; } = [];

    /// <summary>Null where there is none, or one of another version. The last counts: what comes before may be quoted.</summary>
    public static DeliveryNote? Find(string body)
    {
        var found = Notes().Matches(body);
        if (found.Count == 0)
        {
            return null;
        }

        var values = Pairs().Matches(found[^1].Groups[1].Value).DistinctBy(pair => pair.Groups[1].Value)
            .ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value, StringComparer.Ordinal);
        return new()
        {
            Head = values.GetValueOrDefault("head"),
            Base = values.GetValueOrDefault("base"),
            File = values.GetValueOrDefault("file"),
            Branch = values.GetValueOrDefault("branch"),
            Before = values.GetValueOrDefault("before"),
            Policy = values.GetValueOrDefault("policy"),
            Rendered = values.GetValueOrDefault("rendered"),
            Tier = Enum.GetValues<Tier>().Where(tier => Tiers.Word(tier) == values.GetValueOrDefault("tier")).DefaultIfEmpty(Tier.Blocked).First(),
            Until = DateTimeOffset.TryParseExact(
                values.GetValueOrDefault("until"), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                ? until : null,
            Findings = IdsOf("findings"),
            LeftOut = IdsOf("without"),
            Moves = [.. (values.GetValueOrDefault("moves") ?? "").Split(',').Take(MostMoves).Select(text => text.Split('-'))
                .Where(move => move.Length == 2 && move.All(ObjectContents.IsOne)).Select(move => (move[0], move[1]))],
        };

        IReadOnlyList<FindingId> IdsOf(string key) =>
            [.. (values.GetValueOrDefault(key) ?? "").Split(',').Take(MostFindings).Select(text => FindingId.TryParse(text, out var id) ? id : default).Where(id => id != default)];
    }

    public static string Without(string body) => Notes().Replace(body, "");

    public override string ToString()
    {
        var text = new StringBuilder("<!-- selfheal:note v1");
        foreach (var (key, value) in new[] { ("head", Head), ("base", Base), ("file", File), ("branch", Branch), ("before", Before), ("policy", Policy), ("rendered", Rendered) })
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $" {key}={value}");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $" tier={Tiers.Word(Tier)}");
        if (Until is { } until)
        {
            text.Append(CultureInfo.InvariantCulture, $" until={until.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        // Both together are bounded: the page that the note stands in is.
        if (LeftOut.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" without={string.Join(',', LeftOut.Take(Math.Max(0, MostFindings - Findings.Count)))}");
        }

        if (Moves.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" moves={string.Join(',', Moves.Take(MostMoves).Select(move => $"{move.From}-{move.To}"))}");
        }

        return text.Append(CultureInfo.InvariantCulture, $" findings={string.Join(',', Findings.Take(MostFindings))} -->").ToString();
    }

    [GeneratedRegex(@"^<!-- selfheal:note v1((?: [a-z]+=[A-Za-z0-9:,-]*)*) -->[ \t\r]*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Notes();

    [GeneratedRegex(" ([a-z]+)=([A-Za-z0-9:,-]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Pairs();
}
