using SelfHealGitOps.Bot.Configuration;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

public class DurationTextTests
{
    [Theory]
    [InlineData("5m", "00:05:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("14d", "14.00:00:00")]
    [InlineData("90s", "00:01:30")]
    [InlineData("0s", "00:00:00")]
    [InlineData("1d2h3m4s", "1.02:03:04")]
    public void Reads_what_people_write(string text, string expected)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), duration);
        Assert.True(DurationText.TryParse(DurationText.Of(duration), out var again) && again == duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5 m")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5M")]
    [InlineData("5m\n")]
    [InlineData("100000d")]
    [InlineData("٥m")]
    public void Refuses_the_rest(string text) => Assert.False(DurationText.TryParse(text, out _));
}
