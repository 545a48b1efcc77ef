using SelfHealGitOps.Bot.Export;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

public class CelPatternTests
{
    [Theory]
    [InlineData("^/etc$", "x.matches('^/etc$')")]
    [InlineData("docker.sock$", "x.matches('docker.sock$')")]
    [InlineData("(.*/[^:]+)$", "x.matches('(.*/[^:]+)$')")]
    [InlineData("^(|default)$", "x.matches('^(|default)$')")]
    [InlineData(@"^a\.b$", @"x.matches('^a\u005c.b$')")]
    [InlineData("!^/var", "!x.matches('^/var')")]
    [InlineData("(?i).*Secret.*", "x.lowerAscii().matches('.*secret.*')")]
    [InlineData("", "x.matches('')")]
    public void Translates_what_both_engines_understand_alike(string pattern, string expected) =>
        Assert.Equal(expected, CelPattern.Matches(new Pattern(pattern), "x"));

    /// <summary>Digits beyond ASCII, folding beyond ASCII, lazy and counted repetition, flags, boundaries.</summary>
    [Theory]
    [InlineData(@"\d")]
    [InlineData(@"a\b")]
    [InlineData(@"\pL")]
    [InlineData("(?i)[a-z]")]
    [InlineData("(?i)a|b")]
    [InlineData("(?s).")]
    [InlineData("a(?:b)")]
    [InlineData("a+?")]
    [InlineData("a**")]
    [InlineData("a{2}")]
    [InlineData("[\\w]")]
    [InlineData("[a")]
    [InlineData("é")]
    [InlineData("a\nb")]
    [InlineData("\\")]
    public void Leaves_alone_what_they_may_take_differently(string pattern) => Assert.Null(CelPattern.Matches(new Pattern(pattern), "x"));

    [Fact]
    public void No_text_ends_its_literal() =>
        Assert.Equal(@"'a\u0027 || true || \u0027\u005c\u000a\u00e9\U0001f600'", Cel.Text("a' || true || '\\\né😀"));
}
