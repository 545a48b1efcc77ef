using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class SelfHealCommandTests
{
    [Fact]
    public void Says_its_version_and_nothing_else()
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), "--version");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\n$", outcome.Output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("scan", "--help")]
    [InlineData("rules", "-h")]
    public void Helps_on_standard_output(params string[] args)
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), args);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("Usage:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_every_rule_in_order()
    {
        var lines = SelfHeal.Run(Path.GetTempPath(), "rules").Output.TrimEnd('\n').Split('\n');

        var ids = lines.Select(line => line.Split(' ')[0]).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Contains("latest-tag", ids);
        Assert.All(lines, line => Assert.Matches("^[a-z0-9-]+ +(error|warning|info) +\\S", line));
    }

    [Fact]
    public void Explains_a_rule()
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), "rules", "pss-privileged");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("pss-privileged: ", outcome.Output, StringComparison.Ordinal);
        Assert.All(["severity  error", "profiles  default, pss-baseline, pss-restricted, all", "why  ", "remedy  ", "source    https://"], part => Assert.Contains(part, outcome.Output, StringComparison.Ordinal));
    }
}
