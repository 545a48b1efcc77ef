using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public class ExpiryTests
{
    [Theory]
    [InlineData("2026-12-31", "2027-01-01T00:00:00Z")]
    [InlineData("2024-02-29", "2024-03-01T00:00:00Z")]
    [InlineData("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z")]
    [InlineData("2026-12-31T12:00:00+14:00", "2026-12-30T22:00:00Z")]
    [InlineData("2026-12-31T12:00:00-03:30", "2026-12-31T15:30:00Z")]
    [InlineData("2026-12-31T12:00:00.1234567Z", "2026-12-31T12:00:00.1234567Z")]
    public void Ends_with_a_first_instant_that_is_not_exempt(string text, string until)
    {
        Assert.True(Expiry.TryParse(text, out var expiry));
        var first = Exemptions.At(until);
        Assert.Equal(first, expiry.Until);
        Assert.False(expiry.IsOver(first.AddTicks(-1)));
        Assert.True(expiry.IsOver(first));
        Assert.Equal(text, expiry.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("never")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-29")]
    [InlineData("2026-1-3")]
    [InlineData("31.12.2026")]
    [InlineData(" 2026-12-31")]
    [InlineData("2026-12-31T12:00:00")]
    [InlineData("2026-12-31T12:00")]
    [InlineData("2026-12-31T12:00:00+1400")]
    [InlineData("2026-12-31T24:00:00Z")]
    [InlineData("2026-12-31 12:00:00Z")]
    [InlineData("٢٠٢٦-12-31")]
    public void Takes_nothing_else(string? text)
    {
        Assert.False(Expiry.TryParse(text, out var expiry));
        Assert.True(expiry.IsOver(DateTimeOffset.MinValue));
    }

    [Theory]
    [InlineData("2026-06-15T00:00:00Z", "2027-06-16", false)]
    [InlineData("2026-06-15T23:59:59.9999999Z", "2027-06-16", false)]
    [InlineData("2026-06-15T23:59:59.9999999Z", "2027-06-17", true)]
    [InlineData("2026-06-16T00:00:00Z", "2027-06-17", false)]
    [InlineData("2026-06-15T12:00:00Z", "2027-06-16T12:00:00Z", false)]
    [InlineData("2026-06-15T12:00:00Z", "2027-06-16T12:00:00.0000001Z", true)]
    [InlineData("2026-06-15T12:00:00Z", "9999-12-31", true)]
    [InlineData("9999-12-31T12:00:00Z", "9999-12-31", false)]
    public void Lies_at_most_366_days_ahead(string now, string text, bool isTooFar)
    {
        Assert.True(Expiry.TryParse(text, out var expiry));
        Assert.Equal(isTooFar, expiry.IsTooFar(Exemptions.At(now)));
    }
}
