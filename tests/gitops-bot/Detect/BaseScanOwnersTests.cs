using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Tests.Surviving;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

/// <summary>Whom a pass asks, by the CODEOWNERS of the base.</summary>
public sealed class BaseScanOwnersTests
{
    private const string Policy = "version: 1\nprofile: pss-baseline\n";

    [Theory]
    [InlineData(nameof(ForgeKind.GitHub), "hub")]
    [InlineData(nameof(ForgeKind.Gitea), "root,tea")]
    [InlineData(nameof(ForgeKind.Local), "hub")]
    public async Task Each_forge_has_its_own(string forge, string expected)
    {
        await using var stage = new HealingStage().Write("web.yaml", Shop.Web("web")).Write(".selfheal.yaml", Policy)
            .Write(".github/CODEOWNERS", "*.yaml @hub\n").Write("CODEOWNERS", ".*\\.yaml @root\n( @nobody\nweb.* @tea\n").Write(".gitea/CODEOWNERS", ".* @later\n").Push();
        stage.Change = settings => settings with { Scan = settings.Scan with { CodeOwners = CodeOwnersPlace.Of(Enum.Parse<ForgeKind>(forge)) } };
        var report = await stage.PassAsync();
        Assert.Equal(expected.Split(','), Assert.Single(stage.Requests()).Reviewers);
        Assert.Equal(forge == nameof(ForgeKind.Gitea), report.Problems.Contains("CODEOWNERS: line 2 is passed over: its pattern is no regular expression of Go's"));
    }

    [Theory]
    [InlineData("*.yaml @ann\nweb.yaml\n", "")]
    [InlineData("*.yml @ann\n", "deputy")]
    public async Task Nobody_is_nobody_and_nothing_is_left_to_the_configuration(string text, string expected)
    {
        await using var stage = new HealingStage().Write("web.yaml", Shop.Web("web")).Write(".selfheal.yaml", Policy).Write("CODEOWNERS", text).Push();
        Assert.True(Glob.TryParse("**", out var all, out _));
        stage.Change = settings => settings with { Owners = [new OwnerRule(all!, ["@deputy"])] };
        await stage.PassAsync();
        Assert.Equal(expected, string.Join(',', Assert.Single(stage.Requests()).Reviewers));
    }

    [UnixFact]
    public async Task A_link_in_its_place_gives_way_to_no_other()
    {
        await using var stage = new HealingStage().Write("web.yaml", Shop.Web("web")).Write(".selfheal.yaml", Policy).Write("docs/CODEOWNERS", "* @other\n");
        stage.Work.Files.Link("CODEOWNERS", "docs/CODEOWNERS");
        stage.Push();
        var refused = await Assert.ThrowsAsync<UsageException>(() => stage.PassAsync());
        Assert.EndsWith(": CODEOWNERS is a symbolic link, and is not used; it has to be a file", refused.Message, StringComparison.Ordinal);
    }
}
