namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What to expect of a change.</summary>
/// <param name="Probability">That it is merged, above 0 and below 1.</param>
/// <param name="Hours">Until it is merged or closed.</param>
/// <param name="Tries">Outcomes of this rule and tier so far.</param>
internal readonly record struct Expectation(double Probability, double Hours, int Tries);

/// <summary>
/// Expectations by rule and tier, from the outcomes of this installation. Each begins as if four outcomes of a prior had been seen,
/// so that one closed pull request does not condemn a rule, and ten outcomes outweigh the prior.
/// </summary>
internal sealed class OutcomeStatistics
{
    public const double PriorTries = 4;
    public const double PriorProbability = 0.7;

    private readonly Dictionary<(string Rule, Tier Tier), (int Tries, int Merged, double Hours)> sums = [];

    public OutcomeStatistics(IEnumerable<Outcome> outcomes)
    {
        // In one order, since sums of fractions depend on it.
        foreach (var outcome in outcomes.OrderBy(outcome => outcome.RuleId, StringComparer.Ordinal).ThenBy(outcome => outcome.Hours))
        {
            var key = (outcome.RuleId, outcome.Tier);
            var (tries, merged, hours) = sums.GetValueOrDefault(key);
            // A clock that was set back, or a time nobody wrote down, teaches nothing about hours.
            var taken = double.IsFinite(outcome.Hours) && outcome.Hours >= 0 ? outcome.Hours : PriorHours(outcome.Tier);
            sums[key] = (tries + 1, merged + (outcome.IsMerged ? 1 : 0), hours + taken);
            Total++;
        }
    }

    /// <summary>All outcomes that were recorded.</summary>
    public int Total { get; }

    public static OutcomeStatistics None { get; } = new([]);

    /// <summary>A check run, a working day, three days for two people; an issue is done when somebody gets round to it.</summary>
    public static double PriorHours(Tier tier) => tier switch
    {
        Tier.Auto => 0.5,
        Tier.Human => 8,
        Tier.Dual => 24,
        _ => 48,
    };

    public Expectation Of(string ruleId, Tier tier)
    {
        var (tries, merged, hours) = sums.GetValueOrDefault((ruleId, tier));
        var weight = tries + PriorTries;
        return new((merged + (PriorTries * PriorProbability)) / weight, (hours + (PriorTries * PriorHours(tier))) / weight, tries);
    }
}
