using SelfHealGitOps.Bot.Deliver;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public sealed class MarkdownTests
{
    [Theory]
    [InlineData("plain", "`plain`")]
    [InlineData("a `b` c", "``a `b` c``")]
    [InlineData("`", "`` ` ``")]
    [InlineData("``` fence", "```` ``` fence ````")]
    [InlineData("@ann closes #1", "`@ann closes #1`")]
    [InlineData("a|b", "`a¦b`")]
    [InlineData("two\nlines", "`two\\u000alines`")]
    [InlineData("", "` `")]
    [InlineData(" ", "` `")]
    public void Code_holds_whatever_it_is_given(string text, string expected) => Assert.Equal(expected, Markdown.Code(text));

    [Fact]
    public void A_block_outlasts_every_fence_in_it()
    {
        var block = Markdown.Block("a\n```\n</details>\n````\nb", "text");
        Assert.StartsWith("`````text\n", block, StringComparison.Ordinal);
        Assert.EndsWith("\n`````", block, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_block_says_what_it_leaves_out()
    {
        var block = Markdown.Block(string.Join('\n', Enumerable.Range(0, 100_000)), "text", most: 1000);
        Assert.True(block.Length < 1200, block);
        Assert.Contains("more lines", block, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fixes #12 for @ann", "Fixes _12 for _ann")]
    [InlineData("a\r\nb", "a__b")]
    [InlineData("<!-- x -->", "__-- x --_")]
    [InlineData("apps/büro/ストア.yaml", "apps/büro/ストア.yaml")]
    [InlineData("\u202Eevil\u200B \uFF20ann \uD83D\uDE00", "_evil_ _ann __")]
    public void Plain_text_has_no_marks(string text, string expected) => Assert.Equal(expected, Markdown.Plain(text));

    [Fact]
    public void A_name_is_one_word() => Assert.Equal("fixes_GH_1", Markdown.PlainName("fixes GH-1"));
}
