using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class IntOrPercentTests
{
    [Theory]
    [InlineData("2", 2, false)]
    [InlineData("0", 0, false)]
    [InlineData("25%", 25, true)]
    [InlineData("'0%'", 0, true)]
    public void Reads_what_the_API_server_reads(string text, long amount, bool isPercent)
    {
        Assert.True(IntOrPercent.TryRead(Field(text), out var value));
        Assert.Equal(new IntOrPercent(amount, isPercent), value);
    }

    [Theory]
    [InlineData("'2'")]
    [InlineData("2.5")]
    [InlineData("2.5%")]
    [InlineData("'%'")]
    [InlineData("25 %")]
    [InlineData("null")]
    [InlineData("[25%]")]
    [InlineData("99999999999999999999%")]
    public void Reads_nothing_else(string text) => Assert.False(IntOrPercent.TryRead(Field(text), out _));

    [Theory]
    [InlineData("3", "3")]
    [InlineData("100%", "100%")]
    public void Parses_a_bound(string text, string expected)
    {
        Assert.True(IntOrPercent.TryParse(text, out var value));
        Assert.Equal(expected, value.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("2147483648")]
    public void Takes_no_bound_that_makes_no_sense(string? text) => Assert.False(IntOrPercent.TryParse(text, out _));

    private static Field Field(string text) => new ManifestReader()
        .Read(new SourceText("a.yaml", Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: X\nspec: {text}\n")), isNamed: true)
        .Single().Document.Snapshot().Root[Name.Spec];
}
