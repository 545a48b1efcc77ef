using SelfHealGitOps.Bot.PolicyTests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.PolicyTests;

public sealed class PolicyCaseTests
{
    private const string Privileged = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          containers:
          - name: web
            image: registry.example.com/web:1
            securityContext:
              privileged: true # for the debugger

        """;

    private static string Harmless => Privileged.Replace("true", "false", StringComparison.Ordinal);

    [Fact]
    public void A_folder_named_after_a_rule_is_judged_by_it_alone()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/good.yaml", Harmless)
            .Write("pss-privileged/deep/case/good.yaml", Harmless)
            .Write("web/good.yaml", Harmless)
            .Write("no-case/other.yaml", Harmless);
        Assert.Equal(
            ["pss-privileged pss-privileged", "pss-privileged/deep/case pss-privileged", "web "],
            Find(folder).Select(each => $"{each.Name} {each.RuleId}"));
    }

    [Fact]
    public void Good_and_bad_pass_where_they_are_so()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/good.yaml", Harmless).Write("pss-privileged/bad.yaml", Privileged);
        Assert.Empty(Run(folder).Failures);
    }

    [Fact]
    public void Good_fails_where_something_is_found()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/good.yaml", Privileged);
        var failure = Assert.Single(Run(folder).Failures);
        Assert.Equal("good.yaml", failure.File);
        Assert.Equal("9 error pss-privileged Pod web /spec/containers/0/securityContext/privileged review\n", failure.Actual);
    }

    [Theory]
    [InlineData("", "holds no object")]
    [InlineData("a: b\n", "holds no object")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n", "line 3: SYNTAX")]
    public void What_is_no_object_is_neither_good_nor_bad(string text, string message)
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/good.yaml", text).Write("pss-privileged/bad.yaml", text);
        var failures = Run(folder).Failures;
        Assert.Equal(["good.yaml", "bad.yaml"], failures.Select(failure => failure.File));
        Assert.All(failures, failure => Assert.StartsWith(message, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_fails_where_nothing_is_found()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/bad.yaml", Harmless);
        Assert.Equal("something must be found", Assert.Single(Run(folder).Failures).Message);
    }

    [Fact]
    public void An_update_writes_what_then_passes()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/bad.yaml", Privileged).Write("pss-privileged/fixed.yaml", "old\n");
        Assert.Equal("fixed.yaml", Assert.Single(Run(folder).Failures).File);

        Assert.Equal(["findings.txt", "fixed.yaml"], Run(folder, updates: true).Written);
        Assert.Equal(Harmless, folder.Read("pss-privileged/fixed.yaml"));
        Assert.Equal(Privileged, folder.Read("pss-privileged/bad.yaml"));
        Assert.Empty(Run(folder).Failures);
        Assert.Empty(Run(folder, updates: true).Written);

        folder.Write("pss-privileged/findings.txt", "");
        Assert.Equal("findings.txt", Assert.Single(Run(folder).Failures).File);
    }

    [Fact]
    public void The_report_for_pipelines_bears_any_text()
    {
        using var folder = new TempFolder();
        folder.Write("pss-privileged/good.yaml", Privileged.Replace("web", "\"w\\x01\\uFFFE<&\\U0001F600\"", StringComparison.Ordinal));
        using var stream = new MemoryStream();
        PolicyTestReport.WriteJUnit(stream, [Run(folder)]);
        stream.Position = 0;
        var suite = System.Xml.Linq.XDocument.Load(stream).Root!.Element("testsuite")!;
        Assert.Equal("1", suite.Attribute("failures")!.Value);
        Assert.Contains("<&", suite.Element("testcase")!.Element("failure")!.Value, StringComparison.Ordinal);
    }

    private static IReadOnlyList<PolicyCase> Find(TempFolder folder) =>
        PolicyCase.Find(folder.Root, id => Catalogue.All.Any(rule => rule.Info.Id == id));

    private static PolicyCaseResult Run(TempFolder folder, bool updates = false) =>
        new PolicyCaseRunner(id => new RuleSet(Catalogue.All.Where(rule => rule.Info.Id == id)), PolicySettings.Default, updates).Run(Assert.Single(Find(folder)));
}
