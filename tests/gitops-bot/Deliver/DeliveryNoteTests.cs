using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public sealed class DeliveryNoteTests
{
    private static readonly DeliveryNote Note = new()
    {
        Head = new string('a', 40),
        Before = new string('b', 64),
        Policy = "0123456789abcdef",
        Rendered = new string('c', 64),
        Tier = Tier.Dual,
        Until = new DateTimeOffset(2026, 12, 5, 10, 0, 0, TimeSpan.Zero),
        Findings = [new("0123456789ab", "01234567"), new("ba9876543210", "76543210")],
    };

    [Fact]
    public void It_is_read_back_as_it_was_written()
    {
        var read = DeliveryNote.Find($"text\n\n{Note}\n\n<!-- selfheal:v1 fp=x -->\n")!;
        Assert.Equal(Note.ToString(), read.ToString());
        Assert.Equal(Note.Findings, read.Findings);
        Assert.Equal(Note.Until, read.Until);
    }

    [Fact]
    public void The_last_one_counts_for_what_comes_before_may_be_quoted()
    {
        var forged = Note with { Tier = Tier.Auto, Findings = [] };
        Assert.Equal(Tier.Dual, DeliveryNote.Find($"{forged}\n\n{Note}\n")!.Tier);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- selfheal:note v2 tier=auto findings= -->")]
    [InlineData("  <!-- selfheal:note v1 tier=auto findings= -->")]
    [InlineData("`<!-- selfheal:note v1 tier=auto findings= -->`")]
    [InlineData("<!-- selfheal:note v1 tier=auto findings=<b> -->")]
    public void What_is_none_is_none(string body) => Assert.Null(DeliveryNote.Find(body));

    [Fact]
    public void What_makes_no_sense_in_it_allows_nothing()
    {
        var read = DeliveryNote.Find("<!-- selfheal:note v1 tier=root until=yesterday findings=x,,0123456789ab-0123456Z -->")!;
        Assert.Equal(Tier.Blocked, read.Tier);
        Assert.Null(read.Until);
        Assert.Empty(read.Findings);
    }
}
