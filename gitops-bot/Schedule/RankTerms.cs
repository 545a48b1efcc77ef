using System.Globalization;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>The place of a change in the queue, term by term.</summary>
/// <param name="Risk">R: what it is worth to have this mended.</param>
/// <param name="Probability">p: that it will be merged.</param>
/// <param name="Hours">E[t], not below ε.</param>
/// <param name="Explore">For rules of which little is known yet.</param>
/// <param name="Wait">For the time it has waited.</param>
/// <param name="Kev">For a rule that bears on known exploited vulnerabilities.</param>
internal sealed record RankTerms(double Risk, double Probability, double Hours, double Explore, double Wait, double Kev)
{
    public double Value => Risk * Probability / Hours;

    public double Total => Value + Explore + Wait + Kev;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Total:0.00} = {Risk:0.##}·{Probability:0.00}/{Hours:0.0#}h + explore {Explore:0.00} + wait {Wait:0.00} + kev {Kev:0}");
}
