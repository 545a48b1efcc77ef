using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class JsonEqualityTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("1200", "1.2E+3")]
    [InlineData("0.012", "12e-3")]
    [InlineData("0", "-0.0e7")]
    [InlineData("0", "0e99999999999999999999")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    [InlineData("123456789012345678901234567890", "12345678901234567890123456789e1")]
    [InlineData("\"a\\u0062\"", "\"ab\"")]
    [InlineData("""{"a":[1,{"b":null}],"c":true}""", """{"c":true,"a":[1.0,{"b":null}]}""")]
    public void Same(string left, string right) => Assert.True(AreEqual(left, right));

    [Theory]
    [InlineData("1", "-1")]
    [InlineData("1", "10")]
    [InlineData("1", "\"1\"")]
    [InlineData("0", "false")]
    [InlineData("true", "false")]
    [InlineData("null", "false")]
    [InlineData("9007199254740992", "9007199254740993")]
    [InlineData("0.1", "0.10000000000000000000001")]
    [InlineData("1e99999999999999999999", "1e99999999999999999998")]
    [InlineData("1e-99999999999999999999", "1e99999999999999999999")]
    [InlineData("\"é\"", "\"e\u0301\"")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[1]", "[1,1]")]
    [InlineData("{}", "[]")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":null}""", """{"b":null}""")]
    public void Different(string left, string right) => Assert.False(AreEqual(left, right));

    [Fact]
    public void A_number_made_by_code_equals_the_one_read()
    {
        Assert.True(JsonEquality.AreEqual(JsonValue.Create(1.50m), JsonNode.Parse("1.5")));
        Assert.True(JsonEquality.AreEqual(JsonValue.Create(8080), JsonNode.Parse("8080.0")));
        Assert.False(JsonEquality.AreEqual(JsonValue.Create(9007199254740992d), JsonNode.Parse("9007199254740993")));
    }

    [Fact]
    public void A_number_equals_itself_however_the_point_is_shifted() => Prop.ForAll<long, byte>((mantissa, shift) =>
    {
        var plain = mantissa.ToString(CultureInfo.InvariantCulture);
        var shifted = string.Create(CultureInfo.InvariantCulture, $"{plain}{new string('0', shift)}e-{shift}");
        var next = string.Create(CultureInfo.InvariantCulture, $"{plain}{new string('0', shift)}1e-{shift + 1}");
        return mantissa == 0 || (AreEqual(plain, shifted) && !AreEqual(plain, next));
    }).QuickCheckThrowOnFailure();

    private static bool AreEqual(string left, string right) =>
        JsonEquality.AreEqual(JsonNode.Parse(left), JsonNode.Parse(right)) is var equal
        && equal == JsonEquality.AreEqual(JsonNode.Parse(right), JsonNode.Parse(left))
        && equal;
}
