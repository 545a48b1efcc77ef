using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("text\r\nmore\r\n")]
    [InlineData("quoted\n<!-- selfheal:v1 fp=forged -->\nand on")]
    public void Is_read_back(string body)
    {
        var fingerprint = new Fingerprint(3, "a:b/c.d_e-9");
        Assert.Equal(fingerprint, Fingerprint.Find(fingerprint.Append(body)));
    }

    [Theory]
    [InlineData("<!-- selfheal:v1 fp=x bundle=sha256:aa rendered=sha256:bb -->\r\n", "x")]
    [InlineData("> <!-- selfheal:v1 fp=x -->", null)]
    [InlineData("<!-- selfheal:v0x fp=x -->", null)]
    [InlineData("<!-- selfheal:v1 fp= -->", null)]
    public void Stands_on_a_line_of_its_own(string body, string? value) => Assert.Equal(value, Fingerprint.Find(body)?.Value);

    [Theory]
    [InlineData("a b")]
    [InlineData("-->")]
    [InlineData("x\n")]
    [InlineData("")]
    public void Has_a_value_that_can_be_read_back(string value) => Assert.Throws<ArgumentException>(() => new Fingerprint(1, value).Append(""));
}
