using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Policy files of tests, and a clock that stands still.</summary>
internal static class Exemptions
{
    public static DateTimeOffset Now { get; } = At("2026-06-15T12:00:00Z");

    public static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads the list <c>exemptions</c> of a policy file.</summary>
    public static (ExemptionList List, IReadOnlyList<PolicyProblem> Problems) Read(string yaml)
    {
        var problems = new PolicyProblems();
        var source = new SourceText(".selfheal.yaml", Encoding.UTF8.GetBytes(yaml));
        foreach (var reading in new ManifestReader().Read(source, isNamed: true).Take(1))
        {
            Assert.Null(reading.Problem);
            return (reading.Document.Count == 0 ? ExemptionList.Empty : ExemptionList.Read(reading.Document.Root["exemptions"], problems), problems.All);
        }

        return (ExemptionList.Empty, problems.All);
    }

    public static ExemptionList Valid(string yaml)
    {
        var (list, problems) = Read(yaml);
        Assert.Empty(problems);
        return list;
    }

    public static Exemption Entry(
        string rule, string kind, string? @namespace, string name, string? container = null, string? apiVersion = null, string expires = "2026-12-31")
    {
        Assert.True(Expiry.TryParse(expires, out var expiry));
        return new(rule, new(apiVersion, kind, @namespace, name), container, "team-shop", "SHOP-123", expiry);
    }

    public static PolicySettings Settings(params Exemption[] entries) => PolicySettings.Default with { Exemptions = new(entries) };

    public static FileJudgement Judge(string text, IEnumerable<Rule> rules, PolicySettings? settings = null, DateTimeOffset? now = null) =>
        new FileJudge(new RuleSet(rules), settings ?? PolicySettings.Default, now: now ?? Now)
            .Judge(new SourceText("a.yaml", Encoding.UTF8.GetBytes(text)), isNamed: true);

    public static MendedFile Mend(string text, IEnumerable<Rule> rules, PolicySettings? settings = null, DateTimeOffset? now = null) =>
        new FileMender(new RuleSet(rules), settings ?? PolicySettings.Default, now: now ?? Now)
            .Mend(new SourceText("a.yaml", Encoding.UTF8.GetBytes(text)), Safety.Review, isNamed: true);

    public static Rule Rule(string id) => SelfHealGitOps.Rules.Catalogue.All.Single(rule => rule.Info.Id == id);
}
