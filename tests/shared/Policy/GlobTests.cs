using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class GlobTests
{
    [Theory]
    [InlineData("vendor", "vendor", true)]
    [InlineData("vendor", "vendor/a", false)]
    [InlineData("vendor", "a/vendor", false)]
    [InlineData("./vendor", "vendor", true)]
    [InlineData("/vendor", "vendor", true)]
    [InlineData("vendor/**", "vendor/a", true)]
    [InlineData("vendor/**", "vendor/a/b.yaml", true)]
    [InlineData("vendor/**", "vendor", false)]
    [InlineData("vendor/**", "vendors/a", false)]
    [InlineData("**/vendor", "vendor", true)]
    [InlineData("**/vendor", "a/b/vendor", true)]
    [InlineData("**/vendor", "a/b/vendor/c", false)]
    [InlineData("**/vendor/**", "a/vendor/c", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "x/a/b", false)]
    [InlineData("a/**/b/*/c", "a/b/b/x/c", true)]
    [InlineData("**", "a", true)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*.yaml", "a.yaml", true)]
    [InlineData("*.yaml", "a.yml", false)]
    [InlineData("*.yaml", "b/a.yaml", false)]
    [InlineData("**/*.yaml", "a.yaml", true)]
    [InlineData("**/*.yaml", "b/c/a.yaml", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("a**b", "aXb", true)]
    [InlineData("a**b", "a/b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("*.{yaml,yml}", "a.yml", true)]
    [InlineData("*.{yaml,yml}", "a.json", false)]
    [InlineData("{a,b{c,d}}/x", "bd/x", true)]
    [InlineData("{a,b{c,d}}/x", "b/x", false)]
    [InlineData("{a/b,c}/x", "a/b/x", true)]
    [InlineData("a{,b}", "a", true)]
    [InlineData("charts/*/templates/**", "charts/mailer/templates/a.yaml", true)]
    [InlineData("charts/*/templates/**", "charts/a/b/templates/a.yaml", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("A", "a", false)]
    [InlineData("vendor/", "vendor", false)]
    public void Matches_files(string glob, string path, bool expected) => Assert.Equal(expected, Parse(glob).IsMatch(path, isFolder: false));

    [Theory]
    [InlineData("vendor/", "vendor", true)]
    [InlineData("vendor", "vendor", true)]
    [InlineData("vendor/**", "vendor", true)]
    [InlineData("vendor/**", "vendor/a", true)]
    [InlineData("**/vendor/**", "a/vendor", true)]
    [InlineData("vendor/*", "vendor", false)]
    [InlineData("**/*.yaml", "vendor", false)]
    [InlineData("{vendor/,node}", "node", true)]
    public void Matches_folders(string glob, string path, bool expected) => Assert.Equal(expected, Parse(glob).IsMatch(path, isFolder: true));

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("/", "must name something below the folder")]
    [InlineData("../a", "must name something below the folder")]
    [InlineData("a/{b,..}", "must name something below the folder")]
    [InlineData("!a", "cannot take back")]
    [InlineData("a\\b", "parts folders with '/'")]
    [InlineData("[ab]", "no classes in brackets")]
    [InlineData("{a", "do not pair")]
    [InlineData("a}", "do not pair")]
    [InlineData("{a}}", "do not pair")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "more than 256")]
    public void Refuses_what_it_has_no_meaning_for(string text, string expected)
    {
        Assert.False(Glob.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_endless()
    {
        Assert.False(Glob.TryParse(new string('a', 1001), out _, out _));
        Assert.False(Glob.TryParse(string.Concat(Enumerable.Repeat("{a,b}", 200)), out _, out _));
        Assert.False(Glob.TryParse(new string('{', 1000), out _, out _));
    }

    private static Glob Parse(string text) => Glob.TryParse(text, out var glob, out var problem) ? glob : throw new InvalidOperationException(problem);
}
