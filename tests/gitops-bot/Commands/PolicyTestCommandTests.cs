using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public sealed class PolicyTestCommandTests
{
    private const string Policy = """
        version: 1
        rules:
          team-label:
            like: required-label-owner
            severity: error
            parameters: {key: team}
        """;

    private const string Named = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {team: shop}}\nspec: {containers: [{name: web, image: 'registry.example.com/web:1'}]}\n";

    private static string Nameless => Named.Replace(", labels: {team: shop}", "", StringComparison.Ordinal);

    [Fact]
    public void Runs_the_policy_of_the_folder_over_its_fixtures()
    {
        using var folder = new TempFolder();
        folder.Write(".selfheal.yaml", Policy).Write("tests/team-label/good.yaml", Named).Write("tests/team-label/bad.yaml", Nameless);
        var run = SelfHeal.Run(folder.Root, "policy", "test", "tests");
        Assert.Equal("ok   team-label\n1 passed, 0 failed\n", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Fails_with_the_difference()
    {
        using var folder = new TempFolder();
        folder.Write(".selfheal.yaml", Policy).Write("tests/team-label/good.yaml", Nameless);
        var run = SelfHeal.Run(folder.Root, "policy", "test", "tests");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("FAIL team-label\n     good.yaml: nothing must be found\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("+3 error team-label Pod web /metadata/labels NEEDS_EVIDENCE\n", run.Output, StringComparison.Ordinal);

        var json = SelfHeal.Run(folder.Root, "policy", "test", "tests", "-o", "json").Json;
        Assert.Equal(1, (int)json["failed"]!);
        Assert.Contains("<failure", SelfHeal.Run(folder.Root, "policy", "test", "tests", "-o", "junit").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_what_is_expected_and_then_passes()
    {
        using var folder = new TempFolder();
        folder.Write(".selfheal.yaml", Policy).Write("tests/team-label/bad.yaml", Nameless);
        Assert.Equal(0, SelfHeal.Run(folder.Root, "policy", "test", "--update", "tests").ExitCode);
        Assert.Equal("3 error team-label Pod web /metadata/labels NEEDS_EVIDENCE\n", folder.Read("tests/team-label/findings.txt"));
        Assert.Equal(0, SelfHeal.Run(folder.Root, "policy", "test", "tests").ExitCode);

        // Another policy, and the fixtures tell.
        folder.Write(".selfheal.yaml", Policy.Replace("severity: error", "severity: info", StringComparison.Ordinal));
        Assert.Equal(1, SelfHeal.Run(folder.Root, "policy", "test", "tests").ExitCode);
    }

    [Fact]
    public void Judges_exemptions_by_the_instant_that_is_given()
    {
        using var folder = new TempFolder();
        folder.Write(".selfheal.yaml", Policy + """

            exemptions:
            - {rule: team-label, object: {kind: Pod, name: web}, owner: me, reason: later, expires: 2026-12-31}
            """).Write("tests/team-label/good.yaml", Nameless);
        Assert.Equal(0, SelfHeal.Run(folder.Root, "policy", "test", "tests", "--now", "2026-12-31T23:59:59Z").ExitCode);
        Assert.Equal(1, SelfHeal.Run(folder.Root, "policy", "test", "tests", "--now", "2027-01-01").ExitCode);
        Assert.Equal(2, SelfHeal.Run(folder.Root, "policy", "test", "tests", "--now", "soon").ExitCode);
    }

    [Theory]
    [InlineData("nowhere", "nowhere: there is no such folder")]
    [InlineData(".", "no fixtures: a case is a folder with good.yaml or bad.yaml")]
    public void Finding_no_fixtures_is_no_success(string path, string message)
    {
        using var folder = new TempFolder();
        var run = SelfHeal.Run(folder.Root, "policy", "test", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
