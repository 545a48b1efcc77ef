using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What every rule owes, over the fixtures in its folder.</summary>
public sealed class RuleContractTests
{
    public static TheoryData<string> Cases => [.. RuleCase.All.Select(each => each.ToString())];

    public static TheoryData<string> Ids => [.. Catalogue.All.Select(rule => rule.Info.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Has_fixtures(string id) =>
        Assert.Contains(RuleCase.All, each => each.ToString() == id && each.Read("good.yaml") is not null);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_what_is_written(string name)
    {
        var each = Case(name);
        var judgement = Judge(each, each.Read("bad.yaml")!, [each.Rule]);
        Assert.Empty(judgement.Problems);
        Assert.NotEmpty(judgement.Findings);
        var text = new StringBuilder();
        foreach (var finding in judgement.Findings)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{finding.Origin.Line}:{finding.Origin.Column} {finding.Object} {finding.Pointer}\n  {finding.Message}\n");
            text.Append(finding switch
            {
                { Fix: { } fix } => $"  {fix.Safety.ToString().ToLowerInvariant()}: {fix.Title}\n",
                { Refusal: { } refusal } => $"  refused, {refusal.Code}: {refusal.Message}\n",
                _ => "",
            });
        }

        Golden.Matches(Path.Combine(each.Folder, "findings.txt"), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_of_each_finding_how_it_is_mended_or_why_not(string name)
    {
        var each = Case(name);
        foreach (var finding in Judge(each, each.Read("bad.yaml")!, [each.Rule]).Findings)
        {
            Assert.True(finding.Fix is null != finding.Refusal is null, $"{finding.Message}: exactly one of fix and refusal");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mends_as_written(string name)
    {
        var each = Case(name);
        var mended = Mend(each, [each.Rule]);
        Golden.Matches(Path.Combine(each.Folder, "fixed.yaml"), mended.Bytes.Span);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Leaves_nothing_that_had_a_fix(string name)
    {
        var each = Case(name);
        var before = Judge(each, each.Read("bad.yaml")!, [each.Rule]);
        var mended = Mend(each, [each.Rule]);
        Assert.DoesNotContain(mended.Remaining.Findings, finding => finding.Fix is not null);
        Assert.Equal(before.Findings.Count(finding => finding.Fix is null), mended.Remaining.Findings.Count);
        Assert.Equal(before.Findings.Count(finding => finding.Fix is not null), mended.Fixed.Count);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adds_no_finding_of_any_rule(string name)
    {
        var each = Case(name);
        var before = Judge(each, each.Read("bad.yaml")!, each.AllRules).Findings.Select(finding => finding.Key).ToHashSet();
        var after = Judge(each, new SourceText("fixed.yaml", Mend(each, [each.Rule]).Bytes), each.AllRules);
        Assert.DoesNotContain(after.Findings, finding => !finding.Rule.IsOfLayout && !before.Contains(finding.Key));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Composes_with_every_other_rule(string name)
    {
        var each = Case(name);
        var before = Judge(each, each.Read("bad.yaml")!, each.AllRules).Findings.Select(finding => finding.Key).ToHashSet();
        var mended = Mend(each, each.AllRules);
        Assert.DoesNotContain(mended.Remaining.Findings, finding => finding.Fix is not null || (finding.Refusal?.Code is RefusalCode.Unverified && !Uncovered.IsWhy(finding)));
        Assert.DoesNotContain(mended.Remaining.Findings, finding => !finding.Rule.IsOfLayout && !before.Contains(finding.Key));
        Assert.Equal(Comments(each.Read("bad.yaml")!.Bytes), Comments(mended.Bytes.Span));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Changes_nothing_the_second_time(string name)
    {
        var each = Case(name);
        var mended = Mend(each, [each.Rule]);
        var again = new FileMender(new RuleSet([each.Rule]), each.Settings).Mend(new SourceText("fixed.yaml", mended.Bytes), Safety.Review, isNamed: true);
        Assert.False(again.IsChanged);
        Assert.Equal(mended.Bytes.ToArray(), again.Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keeps_every_comment(string name)
    {
        var each = Case(name);
        Assert.Equal(Comments(each.Read("bad.yaml")!.Bytes), Comments(Mend(each, [each.Rule]).Bytes.Span));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Does_the_same_in_CRLF(string name)
    {
        var each = Case(name);
        var text = Encoding.UTF8.GetString(each.Read("bad.yaml")!.Bytes).ReplaceLineEndings("\n");
        var mender = new FileMender(new RuleSet([each.Rule]), each.Settings);
        var unix = mender.Mend(Source(text), Safety.Review, isNamed: true);
        var windows = mender.Mend(Source(text.ReplaceLineEndings("\r\n")), Safety.Review, isNamed: true);
        Assert.Equal(
            Encoding.UTF8.GetString(unix.Bytes.Span).ReplaceLineEndings("\r\n"),
            Encoding.UTF8.GetString(windows.Bytes.Span));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_nothing_in_what_is_good(string name)
    {
        var each = Case(name);
        if (each.Read("good.yaml") is { } good)
        {
            var judgement = Judge(each, good, [each.Rule]);
            Assert.Empty(judgement.Problems);
            Assert.True(judgement.Documents > 0);
            Assert.Empty(judgement.Findings);
        }
    }

    private static RuleCase Case(string name) => RuleCase.All.Single(each => each.ToString() == name);

    private static SourceText Source(string text) => new("bad.yaml", Encoding.UTF8.GetBytes(text));

    private static FileJudgement Judge(RuleCase each, SourceText source, IEnumerable<Rule> rules) =>
        new FileJudge(new RuleSet(rules), each.Settings).Judge(source, isNamed: true);

    private static MendedFile Mend(RuleCase each, IEnumerable<Rule> rules) =>
        new FileMender(new RuleSet(rules), each.Settings).Mend(each.Read("bad.yaml")!, Safety.Review, isNamed: true);

    private static List<string> Comments(ReadOnlySpan<byte> bytes) => YamlComments.Of(Encoding.UTF8.GetString(bytes));
}
