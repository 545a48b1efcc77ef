using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>What kubectl made of hundreds of scalars is in <see cref="KubectlCasesTests"/>; these are the ones a person should see.</summary>
public sealed class YamlScalarTests
{
    [Theory]
    [InlineData("", NodeKind.Null)]
    [InlineData("~", NodeKind.Null)]
    [InlineData("null", NodeKind.Null)]
    [InlineData("Null", NodeKind.Null)]
    [InlineData("NULL", NodeKind.Null)]
    [InlineData("nULL", NodeKind.String)]
    [InlineData("nil", NodeKind.String)]
    [InlineData("y", NodeKind.Boolean)]
    [InlineData("N", NodeKind.Boolean)]
    [InlineData("yes", NodeKind.Boolean)]
    [InlineData("Off", NodeKind.Boolean)]
    [InlineData("ON", NodeKind.Boolean)]
    [InlineData("oN", NodeKind.String)]
    [InlineData("tRUE", NodeKind.String)]
    [InlineData("t", NodeKind.String)]
    [InlineData("0644", NodeKind.Number)]
    [InlineData("0o644", NodeKind.Number)]
    [InlineData("0x", NodeKind.String)]
    [InlineData("1_000", NodeKind.Number)]
    [InlineData("_1", NodeKind.String)]
    [InlineData("1e3", NodeKind.Number)]
    [InlineData("1e", NodeKind.String)]
    [InlineData(".5", NodeKind.Number)]
    [InlineData(".", NodeKind.String)]
    [InlineData("5.", NodeKind.Number)]
    [InlineData("-", NodeKind.String)]
    [InlineData("+", NodeKind.String)]
    [InlineData("1.2.3", NodeKind.String)]
    [InlineData("12:30:45", NodeKind.String)]
    [InlineData("2001-12-14", NodeKind.String)]
    [InlineData("100m", NodeKind.String)]
    [InlineData("1e400", NodeKind.String)]
    [InlineData("\u0661", NodeKind.String)]
    public void Is_what_the_api_server_takes_it_for(string text, NodeKind kind) => Assert.Equal(kind, YamlScalar.Resolve(Utf8(text)));

    [Theory]
    [InlineData("0644", 420L, "420")]
    [InlineData("-0644", -420L, "-420")]
    [InlineData("08", 8L, "8")]
    [InlineData("0x1F", 31L, "31")]
    [InlineData("0b101", 5L, "5")]
    [InlineData("1_000", 1000L, "1000")]
    [InlineData("+12", 12L, "12")]
    [InlineData("1e3", 1000L, "1000")]
    [InlineData("1.0", 1L, "1")]
    [InlineData("-0", 0L, "0")]
    [InlineData("1.5", null, "1.5")]
    [InlineData("9223372036854775807", long.MaxValue, "9223372036854775807")]
    [InlineData("-9223372036854775808", long.MinValue, "-9223372036854775808")]
    [InlineData("9223372036854775808", null, "9223372036854775808")]
    [InlineData("18446744073709551615", null, "18446744073709551615")]
    public void Numbers_have_their_value(string text, long? value, string json)
    {
        Assert.Equal(NodeKind.Number, YamlScalar.Resolve(Utf8(text)));
        Assert.Equal(value, YamlScalar.Integer(Utf8(text)));
        Assert.Equal(json, YamlScalar.ToJson(Utf8(text)));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("Y", true)]
    [InlineData("on", true)]
    [InlineData("On", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("n", false)]
    [InlineData("FALSE", false)]
    public void Booleans_have_their_value(string text, bool value) => Assert.Equal(value, YamlScalar.IsTrue(Utf8(text)));

    [Theory]
    [InlineData(".inf", true)]
    [InlineData("-.Inf", true)]
    [InlineData("+.INF", true)]
    [InlineData(".NaN", true)]
    [InlineData(".iNF", false)]
    [InlineData("inf", false)]
    [InlineData("-.nan", false)]
    [InlineData("", false)]
    public void What_has_no_form_in_JSON_is_known(string text, bool isNotFinite) => Assert.Equal(isNotFinite, YamlScalar.IsNotFinite(Utf8(text)));

    [Theory]
    [InlineData('1')]
    [InlineData('_')]
    [InlineData('.')]
    [InlineData('0')]
    public void A_scalar_without_end_is_judged_at_once(char digit)
    {
        var text = Utf8("1" + new string(digit, 1_000_000));
        Assert.Equal(NodeKind.String, YamlScalar.Resolve(text));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(300)]
    [InlineData(129)]
    public void Every_number_has_a_form_in_JSON(int length)
    {
        foreach (var text in new[] { new string('0', length), "0." + new string('3', length - 2), "1" + new string('_', length - 1), "-" + new string('0', length - 2) + "7" })
        {
            Assert.Equal(NodeKind.Number, YamlScalar.Resolve(Utf8(text)));
            Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(YamlScalar.ToJson(Utf8(text))));
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
