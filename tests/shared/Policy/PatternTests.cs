using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class PatternTests
{
    /// <summary>Beside the plain comparison stands the engine, which is given the same expression in brackets so that it is not plain any more.</summary>
    [Theory]
    [InlineData("docker.sock$")]
    [InlineData("^/$")]
    [InlineData("^/etc$")]
    [InlineData("(?i).*secret.*")]
    [InlineData(".+")]
    [InlineData("^pods$")]
    [InlineData("")]
    [InlineData("^$")]
    [InlineData(".*:latest$")]
    [InlineData("a\\.b")]
    [InlineData("x.+")]
    public void Plain_patterns_match_as_the_engine_does(string text)
    {
        var pattern = new Pattern(text);
        var engine = new Pattern(text.StartsWith("(?i)", StringComparison.Ordinal) ? $"(?i)(?:{text[4..]})" : $"(?:{text})");
        foreach (var sample in (string[])["", "/", "/etc", "/etc/x", "/var/run/docker.sock", "dockerxsock", "docker\nsock", "dockeräsock", "docker.sock\n",
            "SECRET", "mySecretKey", "secre", "pods", "pods/log", "a.b", "aXb", "x", "xy", "x\n", "nginx:latest", "nginx:latest ", "\n", "ä", "ſecret"])
        {
            Assert.True(
                engine.IsMatch(Encoding.UTF8.GetBytes(sample)) == pattern.IsMatch(Encoding.UTF8.GetBytes(sample)),
                $"'{text}' on '{Regex.Escape(sample)}'");
        }
    }

    [Theory]
    [InlineData("^(|default)$", "", true)]
    [InlineData("^(|default)$", "default", true)]
    [InlineData("^(|default)$", "defaults", false)]
    [InlineData("^[^:]*$", "nginx", true)]
    [InlineData("(.*/[^:]+)$", "a:1/b", true)]
    [InlineData("^v1beta.+", "v1beta1", true)]
    [InlineData("b$", "b\n", false)]
    [InlineData("(?P<name>a)+$", "aa", true)]
    [InlineData("", "a", true)]
    public void Reads_the_syntax_of_RE2(string pattern, string text, bool isMatch)
    {
        Assert.True(Pattern.TryParse(pattern, out var read, out var problem), problem);
        Assert.Equal(isMatch, read.IsMatch(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("!latest$", "latest", false)]
    [InlineData("!latest$", "latest-1", true)]
    [InlineData("!^(|default)$", "default", false)]
    [InlineData("!^(|default)$", "web", true)]
    [InlineData("!", "a", false)]
    [InlineData("a!", "a", false)]
    [InlineData("a!", "a!", true)]
    public void An_exclamation_mark_in_front_means_not(string pattern, string text, bool isMatch)
    {
        Assert.True(Pattern.TryParse(pattern, out var read, out var problem), problem);
        Assert.Equal(isMatch, read.IsMatch(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(pattern, read.Text);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("!(")]
    [InlineData("a{2,1}")]
    [InlineData("(?=a)")]
    [InlineData("[[:alpha:]]")]
    public void Says_what_is_wrong_with_an_expression(string pattern)
    {
        Assert.False(Pattern.TryParse(pattern, out _, out var problem));
        Assert.StartsWith("is no regular expression: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_linear_time_where_others_backtrack()
    {
        Assert.True(Pattern.TryParse("^(a+)+$", out var pattern, out _));
        Assert.False(pattern.IsMatch(Encoding.UTF8.GetBytes(new string('a', 50_000) + "b")));
    }

    [Fact]
    public void Allocates_nothing_once_the_engine_has_seen_such_a_text()
    {
        var pattern = new Pattern("^(|default)$");
        pattern.IsMatch("somebody-else"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        pattern.IsMatch("somebody-else"u8);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
