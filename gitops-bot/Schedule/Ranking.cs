using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Which change goes first: S = R·p / max(ε, E[t]) + explore + α·wait + KEV. Worth by the hour of attention it takes, a
/// try for what is little known, and time on everybody's side.
/// </summary>
internal sealed class Ranking(OutcomeStatistics outcomes, KnownExploited exploited)
{
    /// <summary>ε, in hours: a change that is merged in seconds is no more urgent than one that takes a quarter of an hour.</summary>
    public const double LeastHours = 0.25;

    /// <summary>What a rule without a single outcome gets, at most, beside one that has been tried often.</summary>
    public const double ExploreWeight = 0.5;

    /// <summary>α: a day makes up for about one step of severity among changes a person reviews.</summary>
    public const double WaitPerHour = 0.1;

    /// <summary>
    /// Well above what the first term can be, 27 / ε: goes before all that has not waited for weeks. Not before what has,
    /// so that nothing waits for ever behind a list that grows.
    /// </summary>
    public const double KevBonus = 200;

    public static double Risk(Severity severity, Exposure? exposure) =>
        severity switch { Severity.Error => 9, Severity.Warning => 3, _ => 1 }
        * (exposure ?? Exposure.Outside) switch { Exposure.None => 1.0, Exposure.Cluster => 1.5, _ => 3 };

    public RankTerms TermsOf(QueueItem item, DateTimeOffset now)
    {
        var expected = outcomes.Of(item.RuleId, item.Tier);
        return new(
            Risk(item.Severity, item.Exposure),
            expected.Probability,
            Math.Max(LeastHours, expected.Hours),
            ExploreWeight * Math.Sqrt(Math.Log(1 + outcomes.Total) / (1 + expected.Tries)),
            // A clock set back is no debt.
            WaitPerHour * Math.Max(0, (now - item.Since).TotalHours),
            exploited.Contains(item.RuleId) || item.Rules.Any(exploited.Contains) ? KevBonus : 0);
    }

    /// <summary>The first goes first. Ties go to the lighter change, then to the older one, then by id: the same queue gives the same order.</summary>
    public IReadOnlyList<RankedItem> Order(IEnumerable<QueueItem> items, DateTimeOffset now) =>
    [
        .. items.Select(item => new RankedItem(item, TermsOf(item, now)))
            .OrderByDescending(ranked => ranked.Terms.Total)
            .ThenBy(ranked => ranked.Item.Score)
            .ThenBy(ranked => ranked.Item.Since)
            .ThenBy(ranked => ranked.Item.Id, StringComparer.Ordinal),
    ];
}

internal sealed record RankedItem(QueueItem Item, RankTerms Terms);
