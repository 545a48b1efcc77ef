using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

/// <summary>The tables of the documentation are those of the code.</summary>
public class ScheduleDocsTests
{
    [Fact]
    public void Blast_radius_lists_every_base_flag_and_step()
    {
        var text = Read("blast-radius.md");
        Assert.All(ChangeBase.All, entry => Assert.Contains($"| {entry.Word} | {entry.Points} | {entry.Why} |\n", text, StringComparison.Ordinal));
        Assert.All(VerbBase.All, entry => Assert.Contains($"| {entry.Verb} | {entry.Points} | {entry.Why} |\n", text, StringComparison.Ordinal));
        Assert.All(FlagSurcharge.All.Concat(CommandForce.Others), entry => Assert.Contains($"| `{entry.Flag}` | {entry.Points} | {entry.Why} |\n", text, StringComparison.Ordinal));
        Assert.All(Steps.All, entry => Assert.Contains($"| {entry.Input} | {string.Join(", ", entry.At)} | {entry.Most} |\n", text, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<NamespaceClass>(), entry =>
            Assert.Contains($"| {NamespaceClasses.Word(entry)} | {NamespaceClasses.PercentOf(entry)} % |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Ranking_states_its_constants()
    {
        var text = Read("ranking.md");
        Assert.Contains(FormattableString.Invariant($"| ε | {Ranking.LeastHours} h |"), text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| exploration weight | {Ranking.ExploreWeight} |"), text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| α | {Ranking.WaitPerHour} per hour |"), text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| KEV | {Ranking.KevBonus} |"), text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| prior of p | {OutcomeStatistics.PriorProbability}, as if {OutcomeStatistics.PriorTries} outcomes |"), text, StringComparison.Ordinal);
        var limits = new BudgetSettings().Limits;
        Assert.All(Enum.GetValues<Tier>(), tier => Assert.Contains(
            FormattableString.Invariant($"| {Tiers.Word(tier)} | {OutcomeStatistics.PriorHours(tier)} h | {limits[tier].Open} | {limits[tier].PerDay} |"), text, StringComparison.Ordinal));
    }

    /// <summary>The one block of text in a page is what the program prints. <c>UPDATE_GOLDEN=1</c> puts it there.</summary>
    internal static void Shows(string name, string printed)
    {
        const string open = "```text\n";
        var text = Read(name);
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.IndexOf("```", start, StringComparison.Ordinal);
        if (Golden.IsUpdating)
        {
            File.WriteAllText(PathOf(name), text[..start] + printed + text[end..]);
            return;
        }

        Assert.Equal(printed, text[start..end]);
    }

    private static string Read(string name) => File.ReadAllText(PathOf(name));

    private static string PathOf(string name) => Path.Combine(Checkout.Root, "docs", name);
}
