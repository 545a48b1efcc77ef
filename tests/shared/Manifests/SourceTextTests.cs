using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a: x", 1, 4)]
    [InlineData("\u00e9: x", 1, 4)]
    [InlineData("\U0001F4A5: x", 1, 5)]
    [InlineData("\u4e2d\u6587: x", 1, 5)]
    [InlineData("\uFEFFa: x", 1, 4)]
    [InlineData("\uFEFF\U0001F4A5: x", 1, 5)]
    [InlineData("1\r\n2\r\n\u00e9: x", 3, 4)]
    [InlineData("1\n\n\n\u00e9\U0001F4A5: x", 4, 6)]
    [InlineData("\uFEFF1\r\nx", 2, 1)]
    [InlineData("x", 1, 1)]
    [InlineData("\uFEFFx", 1, 1)]
    public void Columns_count_in_UTF16_from_one(string text, int line, int column)
    {
        var source = Source(text);
        Assert.Equal((line, column), source.Locate(source.Bytes.IndexOf((byte)'x')));
    }

    [Fact]
    public void Offsets_before_the_text_and_behind_it_have_a_place()
    {
        Assert.Equal((1, 1), Source("\uFEFFa").Locate(0));
        Assert.Equal((1, 2), Source("\uFEFFa").Locate(4));
        Assert.Equal((2, 1), Source("a\n").Locate(2));
        Assert.Equal((2, 1), Source("a\n").Locate(99));
        Assert.Equal((1, 1), Source("").Locate(0));
    }

    [Fact]
    public void Agrees_with_counting_over_every_offset()
    {
        const string text = "\uFEFFa\u00e9\r\n\n\U0001F4A5b: c\nd";
        var source = Source(text);
        var (line, column, offset) = (1, 1, 3);
        foreach (var rune in text[1..].EnumerateRunes())
        {
            Assert.Equal((line, column), source.Locate(offset));
            offset += rune.Utf8SequenceLength;
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
        }
    }

    [Fact]
    public void Gives_lines_without_their_endings()
    {
        var source = Source("\uFEFFone\r\ntwo\n\nfour");
        Assert.Equal(["", "one", "two", "", "four", ""], Enumerable.Range(0, 6).Select(source.Line));
        Assert.Equal("", Source("\uFEFF").Line(1));
        Assert.Equal("", Source("").Line(1));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Text_in_UTF16_is_decoded_by_its_mark(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var decoded = new SourceText("a.yaml", (byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes("a: \u00e9\U0001F4A5\n")]).ToUtf8();
        Assert.True(decoded.IsTranscoded);
        Assert.Equal("a: \u00e9\U0001F4A5\n", Encoding.UTF8.GetString(decoded.Bytes));
        Assert.Equal("a.yaml", decoded.File);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF, (byte)'b' }, "a\uFFFDb")]
    [InlineData(new byte[] { 0xC3 }, "\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a' }, "\uFFFD")]
    public void What_is_no_text_is_replaced(byte[] bytes, string text)
    {
        var decoded = new SourceText("a.yaml", bytes).ToUtf8();
        Assert.True(decoded.IsTranscoded);
        Assert.Equal(text, Encoding.UTF8.GetString(decoded.Bytes));
    }

    [Fact]
    public void What_is_UTF8_is_taken_as_it_is()
    {
        var source = Source("\uFEFF\u00e9");
        Assert.Same(source, source.ToUtf8());
        Assert.False(source.IsTranscoded);
        Assert.Equal(3, source.ContentStart);
        Assert.Equal(0, Source("x").ContentStart);
    }

    private static SourceText Source(string text) => new("a.yaml", Encoding.UTF8.GetBytes(text));
}
