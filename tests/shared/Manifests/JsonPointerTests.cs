using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class JsonPointerTests
{
    [Theory]
    [InlineData("spec")]
    [InlineData("#/spec")]
    [InlineData("/a~")]
    [InlineData("/a~2b")]
    [InlineData("/~/a")]
    [InlineData(null)]
    public void Refuses_what_is_no_pointer(string? text) => Assert.False(JsonPointer.TryParse(text, out _));

    [Fact]
    public void Says_what_was_wrong_when_code_hands_it_a_bad_pointer() =>
        Assert.Contains("'spec'", Assert.Throws<FormatException>(() => JsonPointer.Parse("spec")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("/", new[] { "" })]
    [InlineData("/spec/", new[] { "spec", "" })]
    [InlineData("/metadata/annotations/example.io~1owner~0team", new[] { "metadata", "annotations", "example.io/owner~team" })]
    [InlineData("/~01", new[] { "~1" })]
    public void Unescapes_tokens(string text, string[] tokens) => Assert.Equal(tokens, JsonPointer.Parse(text).Tokens());

    [Fact]
    public void Every_token_survives_escaping() => Prop.ForAll<string[]>(tokens =>
    {
        var names = tokens.Select(token => token ?? "").ToArray();
        var pointer = names.Aggregate(JsonPointer.Root, (path, name) => path.Append(name));
        return pointer.Tokens().SequenceEqual(names) && JsonPointer.Parse(pointer.ToString()) == pointer;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_default_is_the_whole_document()
    {
        Assert.Equal(default, JsonPointer.Parse(""));
        Assert.True(JsonPointer.Root.IsRoot);
        Assert.Equal("", JsonPointer.Root.ToString());
        Assert.False(JsonPointer.Root.TrySplit(out _, out _));
    }

    [Fact]
    public void Splits_off_the_last_token()
    {
        Assert.True(JsonPointer.Root.Append("a/b").Append(3).Append("~").TrySplit(out var parent, out var token));
        Assert.Equal("/a~1b/3", parent.ToString());
        Assert.Equal("~", token);
    }

    [Theory]
    [InlineData("", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a", "/a", false)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("", "", false)]
    public void Knows_what_lies_inside(string outer, string inner, bool encloses) =>
        Assert.Equal(encloses, JsonPointer.Parse(outer).Encloses(JsonPointer.Parse(inner)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("10", 10)]
    [InlineData("2147483647", int.MaxValue)]
    public void Reads_an_index(string token, int expected)
    {
        Assert.True(JsonPointer.TryIndex(token, out var index));
        Assert.Equal(expected, index);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("1e0")]
    [InlineData("1.0")]
    [InlineData(" 1")]
    [InlineData("1\0")]
    [InlineData("١")]
    [InlineData("2147483648")]
    public void Refuses_what_is_no_index(string token) => Assert.False(JsonPointer.TryIndex(token, out _));
}
