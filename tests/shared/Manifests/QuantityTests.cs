using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    [InlineData("+1", "1")]
    [InlineData("-1", "-1")]
    [InlineData("-0", "0")]
    [InlineData("007", "7")]
    [InlineData("5.", "5")]
    [InlineData(".5", "0.5")]
    [InlineData("0.5", "0.5")]
    [InlineData("1n", "0.000000001")]
    [InlineData("1u", "0.000001")]
    [InlineData("250m", "0.25")]
    [InlineData("1k", "1000")]
    [InlineData("1M", "1000000")]
    [InlineData("1G", "1000000000")]
    [InlineData("1T", "1000000000000")]
    [InlineData("1P", "1000000000000000")]
    [InlineData("1E", "1000000000000000000")]
    [InlineData("1Ki", "1024")]
    [InlineData("1Mi", "1048576")]
    [InlineData("1Gi", "1073741824")]
    [InlineData("1Ti", "1099511627776")]
    [InlineData("1Pi", "1125899906842624")]
    [InlineData("1Ei", "1152921504606846976")]
    [InlineData("1.5Gi", "1610612736")]
    [InlineData("0.1Ki", "102.4")]
    [InlineData("1e3", "1000")]
    [InlineData("1E3", "1000")]
    [InlineData("1e+3", "1000")]
    [InlineData("1e-3", "0.001")]
    [InlineData("1.25e2", "125")]
    [InlineData("12e6", "12000000")]
    [InlineData("0e999999999999", "0")]
    [InlineData("0Ei", "0")]
    public void Reads_what_the_api_server_reads(string text, string value) => Assert.Equal(value, Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.1.M")]
    [InlineData("1+1.0M")]
    [InlineData("0.1mi")]
    [InlineData("0.1am")]
    [InlineData("aoeu")]
    [InlineData(".5i")]
    [InlineData("1i")]
    [InlineData("-3.01i")]
    [InlineData("-3.01e-")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("1ki")]
    [InlineData("1K")]
    [InlineData("1KiB")]
    [InlineData("1MB")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("m")]
    [InlineData("Mi")]
    [InlineData("1,5")]
    [InlineData("1_000")]
    [InlineData("0x10")]
    [InlineData("١")]
    [InlineData("1µ")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("{{ .Values.cpu }}")]
    public void Refuses_what_is_no_quantity(string text)
    {
        Assert.False(Quantity.TryParse(text, out var quantity));
        Assert.True(quantity.IsZero);
    }

    [Theory]
    [InlineData("1", "1000m")]
    [InlineData("1", "1.000")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1024", "1Ki")]
    [InlineData("1000000", "1M")]
    [InlineData("0.001", "1m")]
    [InlineData("1E", "1e18")]
    [InlineData("0", "-0m")]
    public void Is_equal_by_value(string one, string other)
    {
        Assert.Equal(Parse(one), Parse(other));
        Assert.Equal(Parse(one).GetHashCode(), Parse(other).GetHashCode());
    }

    [Theory]
    [InlineData("1G", "1Gi")]
    [InlineData("999m", "1")]
    [InlineData("-1", "0")]
    [InlineData("-2", "-1")]
    [InlineData("128Mi", "128.000001Mi")]
    [InlineData("9007199254740992", "9007199254740993")]
    [InlineData("1Ei", "1.2E")]
    public void Orders_by_value(string less, string more)
    {
        Assert.True(Parse(less) < Parse(more));
        Assert.True(Parse(more) > Parse(less));
        Assert.True(Parse(less) <= Parse(more));
        Assert.True(Parse(more) >= Parse(less));
        Assert.True(Parse(less).CompareTo(Parse(more)) < 0);
    }

    [Theory]
    [InlineData("0.1n", "0.000000001")]
    [InlineData("-0.1n", "-0.000000001")]
    [InlineData("1e-400", "0.000000001")]
    [InlineData("1.0000000001", "1.000000001")]
    [InlineData("0.00000000000000000000000000000000000000000000000000000000001Ki", "0.000000001")]
    public void Rounds_what_is_finer_than_a_billionth_away_from_zero(string text, string value) =>
        Assert.Equal(value, Parse(text).ToString());

    [Theory]
    [InlineData("8Ei")]
    [InlineData("100000Ei")]
    [InlineData("99999999999999999999999999999999999999999999999999Ei")]
    public void Ends_binary_amounts_at_the_largest_long(string text) => Assert.Equal("9223372036854775807", Parse(text).ToString());

    [Theory]
    [InlineData("1e30")]
    [InlineData("1e2147483647")]
    [InlineData("1e99999999999999999999999999")]
    [InlineData("1000000000000000000000000000000E")]
    public void Refuses_a_decimal_amount_beyond_any_use(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Refuses_a_text_without_end()
    {
        Assert.False(Quantity.TryParse(new string('9', 1_000_000), out _));
        Assert.False(Quantity.TryParse("1e" + new string('9', 1_000_000), out _));
        Assert.False(Quantity.TryParse((string?)null, out _));
    }

    [Fact]
    public void Keeps_every_digit_of_a_long_fraction() =>
        Assert.Equal(Parse("100000000000000000.000000001"), Parse("100000000000000000.00000000100000000000000000000000"));

    [Fact]
    public void Allocates_nothing_for_what_manifests_hold()
    {
        ReadOnlySpan<byte> memory = "128.5Mi"u8;
        Assert.True(Quantity.TryParse(memory, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = Quantity.TryParse(memory, out _) && Quantity.TryParse("250m"u8, out _) && Quantity.TryParse("16Ti"u8, out _);
        Assert.True(isRead);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("cpu: 1", "1")]
    [InlineData("cpu: 0.5", "0.5")]
    [InlineData("cpu: \"1\"", "1")]
    [InlineData("cpu: 250m", "0.25")]
    [InlineData("cpu: \" 250m \"", "0.25")]
    [InlineData("cpu: 1e3", "1000")]
    [InlineData("cpu: 0100", "64")]
    [InlineData("cpu: null", null)]
    [InlineData("cpu: true", null)]
    [InlineData("cpu: {}", null)]
    [InlineData("cpu: many", null)]
    [InlineData("memory: 1", null)]
    public void Reads_a_field_as_the_decoder_does(string yaml, string? value)
    {
        var text = new SourceText("test.yaml", Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: X\n{yaml}\n"));
        var field = new ManifestReader().Read(text, isNamed: true).Single().Document.Root[Name.Cpu];
        Assert.Equal(value is not null, Quantity.TryRead(field, out var quantity));
        Assert.Equal(value ?? "0", quantity.ToString());
    }

    private static Quantity Parse(string text)
    {
        Assert.True(Quantity.TryParse(text, out var quantity), $"'{text}' was refused");
        return quantity;
    }
}
