using SelfHealGitOps.Bot.Deliver;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

/// <summary>The examples are those of GitHub's documentation, in our own words.</summary>
public sealed class CodeOwnersTests
{
    private static readonly CodeOwners Owners = CodeOwners.Parse("""
        # who looks at what
        *            @all   # everything else
        *.js         @js
        /build/logs/ @doctor
        docs/*       docs@example.com
        apps/        @octocat
        /docs/       @doctocat
        /scripts/    @doctocat @octocat
        **/logs      @logs
        /apps/github
        a\ b.yaml    @space
        [x].yaml     @never
        !y.yaml      @never
        bad.yaml     not-an-owner @ok
        """);

    [Theory]
    [InlineData("readme.md", "@all")]
    [InlineData("x/y/z.js", "@js")]
    [InlineData("build/logs/a.yaml", "@logs")]
    [InlineData("build/logsx/a.yaml", "@all")]
    [InlineData("docs/a.yaml", "@doctocat")]
    [InlineData("x/docs/a.yaml", "@all")]
    [InlineData("apps/a/b.yaml", "@octocat")]
    [InlineData("x/apps/b.yaml", "@octocat")]
    [InlineData("scripts/run.yaml", "@doctocat @octocat")]
    [InlineData("deep/logs/a.yaml", "@logs")]
    [InlineData("apps/github/a.yaml", "")]
    [InlineData("apps/githubx/a.yaml", "@octocat")]
    [InlineData("a b.yaml", "@space")]
    [InlineData("x.yaml", "@all")]
    [InlineData("y.yaml", "@all")]
    [InlineData("bad.yaml", "@ok")]
    public void The_last_that_fits_holds(string file, string expected) => Assert.Equal(expected, string.Join(' ', Owners.Of(file)));

    [Fact]
    public void A_star_stays_in_its_folder()
    {
        var owners = CodeOwners.Parse("docs/* @near\n");
        Assert.Equal(["@near"], owners.Of("docs/a.md"));
        Assert.Empty(owners.Of("docs/deep/a.md"));
    }

    [Fact]
    public void Nonsense_and_hostile_lines_do_nothing()
    {
        var owners = CodeOwners.Parse($"{new string('*', 400)} @a\n{new string('a', 1000)} @b\n\\\n\t\n*  @ev`il\n(((((( @c\n");
        Assert.DoesNotContain(owners.Of("x.yaml"), owner => owner.Contains('`', StringComparison.Ordinal));
        Assert.Empty(CodeOwners.None.Of("x.yaml"));
    }
}
