using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class PssVersionTests
{
    [Theory]
    [InlineData("latest", int.MaxValue)]
    [InlineData("v1.0", 0)]
    [InlineData("v1.7", 7)]
    [InlineData("v1.25", 25)]
    [InlineData("v1.100", 100)]
    public void Reads_what_the_api_server_reads(string text, int minor)
    {
        Assert.True(PssVersion.TryParse(text, out var version));
        Assert.Equal(minor, version.Minor);
        Assert.Equal(text, version.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Latest")]
    [InlineData(" latest")]
    [InlineData("v1")]
    [InlineData("v1.")]
    [InlineData("1.25")]
    [InlineData("V1.25")]
    [InlineData("v2.0")]
    [InlineData("v1.25.1")]
    [InlineData("v1.025")]
    [InlineData("v1.00")]
    [InlineData("v1.-1")]
    [InlineData("v1.+1")]
    [InlineData("v1. 1")]
    [InlineData("v1.1 ")]
    [InlineData("v1.1\n")]
    [InlineData("v1.0x1")]
    [InlineData("v1.\u0661")]
    [InlineData("v1.2147483647")]
    [InlineData("v1.99999999999999999999")]
    public void Refuses_everything_else(string? text)
    {
        Assert.False(PssVersion.TryParse(text, out var version));
        Assert.Equal(PssVersion.Latest, version);
    }

    [Fact]
    public void Versions_are_ordered_and_the_latest_is_last()
    {
        PssVersion[] order = [PssVersion.V1(0), PssVersion.V1(9), PssVersion.V1(10), PssVersion.V1(1000), PssVersion.Latest];
        Assert.Equal(order, order.Reverse().Order());
        Assert.True(PssVersion.V1(9) < PssVersion.V1(10));
        Assert.True(PssVersion.Latest > PssVersion.V1(10));
        Assert.True(PssVersion.V1(10) >= PssVersion.V1(10));
        Assert.True(PssVersion.V1(10) <= PssVersion.V1(10));
        Assert.Equal(default, PssVersion.Latest);
    }

    [Fact]
    public void Holds_from_a_version_on()
    {
        Assert.True(PssVersion.V1(25).IsAtLeast(25));
        Assert.False(PssVersion.V1(24).IsAtLeast(25));
        Assert.True(PssVersion.Latest.IsAtLeast(int.MaxValue));
    }
}
