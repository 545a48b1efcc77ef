using System.Globalization;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Until when an exemption holds: through the end of a day in UTC, or up to an instant. Both end the same way, with a
/// first instant that is not exempt any more; the tick before it still is.
/// </summary>
public readonly record struct Expiry
{
    /// <summary>How far ahead an exemption may end. What holds for longer than a year and a day is no exception but a rule.</summary>
    public const int MostDays = 366;

    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Shape = "a date such as 2026-12-31, or an instant such as 2026-12-31T12:00:00Z";

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly string? text;

    /// <summary>What is measured against <see cref="MostDays"/>: the instant, or where the day begins.</summary>
    private readonly DateTimeOffset mark;

    private Expiry(string text, DateTimeOffset mark, DateTimeOffset until) => (this.text, this.mark, Until) = (text, mark, until);

    /// <summary>The first instant that is not exempt.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Through the last tick of the day in UTC.</summary>
    public static Expiry Through(DateOnly day)
    {
        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return new(
            day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            start,
            day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : start.AddDays(1));
    }

    /// <summary>Reads a date, or an instant as RFC 3339 writes it, with its offset.</summary>
    public static bool TryParse(string? text, out Expiry expiry)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            expiry = Through(day);
            return true;
        }

        // Without an offset, an instant would be another one on every machine.
        if (text is not null && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            expiry = new(text, instant, instant);
            return true;
        }

        expiry = default;
        return false;
    }

    public bool IsOver(DateTimeOffset now) => now >= Until;

    /// <summary>True when it lies more than <see cref="MostDays"/> days ahead; for a date, counted from today's.</summary>
    public bool IsTooFar(DateTimeOffset now) => mark - now > TimeSpan.FromDays(MostDays);

    /// <summary>As it was written.</summary>
    public override string ToString() => text ?? "";
}
