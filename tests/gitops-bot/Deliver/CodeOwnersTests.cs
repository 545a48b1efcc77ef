using SelfHealGitOps.Bot.Configuration;
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
    public void The_last_that_fits_holds(string file, string expected) => Assert.Equal(expected, string.Join(' ', Owners.Of(file)!));

    [Fact]
    public void A_star_stays_in_its_folder()
    {
        var owners = CodeOwners.Parse("docs/* @near\n");
        Assert.Equal(["@near"], owners.Of("docs/a.md"));
        Assert.Null(owners.Of("docs/deep/a.md"));
    }

    [Fact]
    public void Nonsense_and_hostile_lines_do_nothing()
    {
        var owners = CodeOwners.Parse($"{new string('*', 400)} @a\n{new string('a', 1000)} @b\n\\\n\t\n*  @ev`il\n(((((( @c\n");
        Assert.DoesNotContain(owners.Of("x.yaml") ?? [], owner => owner.Contains('`', StringComparison.Ordinal));
        Assert.Null(CodeOwners.None.Of("x.yaml"));
    }

    /// <summary>To say nothing of a file leaves it to somebody else to say; to name nobody does not.</summary>
    [Fact]
    public void Nobody_is_not_the_same_as_nothing()
    {
        var owners = CodeOwners.Parse("apps/ @a\napps/free/\napps/bad/ nobody-in-particular\n");
        Assert.Equal([], owners.Of("apps/free/x.yaml")!);
        Assert.Null(owners.Of("other.yaml"));
        Assert.Equal(["@a"], owners.Of("apps/bad/x.yaml")!);
        Assert.Equal(["line 3 is passed over: it names no @user, @group/team or address"], owners.Problems);
    }

    private static readonly CodeOwners Regexps = CodeOwners.Parse(
        """
        # all lines that fit count
        .*\.yaml @a @b
        apps/(web|api)/[^/]*\.(yaml|yml) @org/team   # comment
        !docs/.* plain
        dir/with\#hash\.yaml @hash
        a\ b\\.yaml @space
        x{2,3}\.yaml @x
        lonely.*
        """,
        isRegexp: true);

    [Theory]
    [InlineData("x.yaml", "@a @b @plain")]
    [InlineData("deep/x.yaml", "@a @b @plain")]
    [InlineData("apps/web/x.yml", "@org/team @plain")]
    [InlineData("apps/web/x.yaml", "@a @b @org/team @plain")]
    [InlineData("docs/x.yaml", "@a @b")]
    [InlineData("docs/x.md", "")]
    [InlineData("dir/with#hash.yaml", "@a @b @plain @hash")]
    [InlineData("a b.yaml", "@a @b @plain @space")]
    [InlineData("xx.yaml", "@a @b @plain @x")]
    [InlineData("lonely", "@plain")]
    public void Gitea_has_regular_expressions_and_all_that_fit_hold(string file, string expected) => Assert.Equal(expected, string.Join(' ', Regexps.Of(file) ?? []));

    [Theory]
    [InlineData("( @a", "its pattern is no regular expression of Go's")]
    [InlineData("(?=x).* @a", "its pattern is no regular expression of Go's")]
    [InlineData(@"(.)\\1 @a", "its pattern is no regular expression of Go's")]
    [InlineData("((x{99}){99}){99} @a", "its regular expression has a class [:…:], \\Q, or repeats too often, which are not read here")]
    [InlineData("[[:alpha:]]+ @a", "its regular expression has a class [:…:], \\Q, or repeats too often, which are not read here")]
    [InlineData(".*", "it names no user and no organisation/team")]
    [InlineData(".* me@example.com", "it names no user and no organisation/team")]
    public void What_is_no_regular_expression_is_named(string line, string problem)
    {
        var owners = CodeOwners.Parse($"x @a\n{line}\ny @b\n", isRegexp: true);
        Assert.Equal([$"line 2 is passed over: {problem}"], owners.Problems);
        Assert.Equal(["@a"], owners.Of("x")!);
        Assert.Equal(["@b"], owners.Of("y")!);
    }

    [Fact]
    public void Each_forge_looks_in_its_own_places()
    {
        Assert.Equal([".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"], CodeOwnersPlace.Of(ForgeKind.GitHub).Select(place => place.Path));
        Assert.Equal(["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"], CodeOwnersPlace.Of(ForgeKind.Gitea).Select(place => place.Path));
        Assert.All(CodeOwnersPlace.Of(ForgeKind.Gitea), place => Assert.True(place.IsRegexp));
        Assert.All(Enum.GetValues<ForgeKind>().SelectMany(CodeOwnersPlace.Of), place => Assert.True(CodeOwnersPlace.IsOne(place.Path)));
    }
}
