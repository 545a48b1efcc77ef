using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ExemptCommandTests
{
    private static readonly string[] Right = ["exempt", "latest-tag", "Pod/web", "--owner", "team-shop", "--reason", "SHOP-123", "--days", "30"];

    [Fact]
    public void Writes_an_entry_that_the_next_scan_knows_and_that_stands_once()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write("apps/web.yaml", Samples.LatestPod);

        var exempt = SelfHeal.Run(folder["apps"], Right);

        Assert.Equal(0, exempt.ExitCode);
        Assert.Contains("reviewed", exempt.Output, StringComparison.Ordinal);
        var text = folder.Read(".selfheal.yaml");
        Assert.StartsWith("version: 1\nexemptions:\n", text, StringComparison.Ordinal);
        Assert.Empty(SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "-o", "json").Findings);

        var again = SelfHeal.Run(folder["apps"], Right);

        Assert.Equal(2, again.ExitCode);
        Assert.Contains("already (../.selfheal.yaml:3)", again.Error, StringComparison.Ordinal);
        Assert.Equal(text, folder.Read(".selfheal.yaml"));
    }

    [Fact]
    public void Does_not_list_every_rule_in_its_help()
    {
        using var folder = new TempFolder();

        var help = SelfHeal.Run(folder.Root, "exempt", "--help").Output;

        Assert.Contains("<RULE>", help, StringComparison.Ordinal);
        Assert.DoesNotContain("latest-tag", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_to_the_file_that_is_named()
    {
        using var folder = new TempFolder().Write("policy/shop.yaml", "# of the shop\nversion: 1\r\n");

        Assert.Equal(0, SelfHeal.Run(folder.Root, [.. Right, "--config", "policy/shop.yaml", "--container", "web"]).ExitCode);

        Assert.StartsWith("# of the shop\nversion: 1\r\nexemptions:", folder.Read("policy/shop.yaml"), StringComparison.Ordinal);
        Assert.Equal(["policy/shop.yaml"], folder.Names);
    }

    [Theory]
    [InlineData("latest-tag", "latest-tga", "is it 'latest-tag'?")]
    [InlineData("latest-tag", "latest-*", "is a pattern")]
    [InlineData("Pod/web", "Pod/*", "is a pattern")]
    [InlineData("Pod/web", "Pod", "is no object")]
    [InlineData("Pod/web", "apps/v1/Pod/web", "is no object")]
    [InlineData("Pod/web", "Pod//web", "is no object")]
    [InlineData("team-shop", " ", "--owner is empty")]
    [InlineData("SHOP-123", "", "--reason is empty")]
    [InlineData("30", "0", "from 1 to 366")]
    [InlineData("30", "367", "from 1 to 366")]
    public void Refuses_what_would_be_no_exemption(string right, string wrong, string message)
    {
        using var folder = new TempFolder();

        var exempt = SelfHeal.Run(folder.Root, [.. Right.Select(arg => arg == right ? wrong : arg)]);

        Assert.Equal(2, exempt.ExitCode);
        Assert.Contains(message, exempt.Error, StringComparison.Ordinal);
        Assert.Empty(folder.Names);
    }

    [Theory]
    [InlineData("2020-01-01", "is over")]
    [InlineData("2099-01-01", "366 days")]
    [InlineData("soon", "must be a date")]
    public void Refuses_a_date_that_is_none_or_over_or_too_far(string until, string message)
    {
        using var folder = new TempFolder();

        var exempt = SelfHeal.Run(folder.Root, [.. Right[..^2], "--until", until]);

        Assert.Equal(2, exempt.ExitCode);
        Assert.Contains(message, exempt.Error, StringComparison.Ordinal);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void Wants_one_end()
    {
        using var folder = new TempFolder();

        Assert.Contains("every exemption ends", SelfHeal.Run(folder.Root, Right[..^2]).Error, StringComparison.Ordinal);
        Assert.Contains("give one of them", SelfHeal.Run(folder.Root, [.. Right, "--until", "2027-01-01"]).Error, StringComparison.Ordinal);
    }
}
