using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public sealed class DeclinesTests
{
    private const string Before = "00000000";
    private const string After = "11111111";
    private const string Further = "22222222";
    private const string Other = "33333333";

    private static readonly FindingId Closed = new("aaaaaaaaaaaa", Before);
    private static readonly FindingId Merged = new("bbbbbbbbbbbb", Before);

    [Fact]
    public void An_object_is_followed_through_what_was_merged()
    {
        var declines = Of(
            closed: [Request(1, [Closed])],
            merged: [Request(2, [Merged], (Before, After)), Request(3, [], (After, Further))]);
        Assert.True(declines.Contains(Closed, "a.yaml"));
        Assert.True(declines.Contains(Closed with { Content = After }, "a.yaml"));
        Assert.True(declines.Contains(Closed with { Content = Further }, "a.yaml"));
        Assert.False(declines.Contains(Closed with { Content = Other }, "a.yaml"));
        Assert.False(declines.Contains(new("cccccccccccc", Further), "a.yaml"));
    }

    [Fact]
    public void Moves_that_lead_round_end()
    {
        var declines = Of(closed: [Request(1, [Closed])], merged: [Request(2, [], (Before, After), (After, Before))]);
        Assert.True(declines.Contains(Closed with { Content = After }, "a.yaml"));
        Assert.False(declines.Contains(Closed with { Content = Other }, "a.yaml"));
    }

    [Fact]
    public void What_was_merged_is_declined_once_it_is_as_it_was()
    {
        var declines = Of(closed: [], merged: [Request(2, [Merged], (Before, After))]);
        Assert.True(declines.Contains(Merged, "a.yaml"));
        Assert.False(declines.Contains(Merged with { Content = Other }, "a.yaml"));
    }

    [Fact]
    public void Wanted_again_is_wanted_until_it_is_closed_again()
    {
        var revived = new Dictionary<FindingId, int> { [Closed] = 1 };
        Assert.False(Of(closed: [Request(1, [Closed])], merged: [], revived).Contains(Closed, "a.yaml"));
        Assert.True(Of(closed: [Request(1, [Closed]), Request(4, [Closed])], merged: [], revived).Contains(Closed, "a.yaml"));

        // Ticked before something of ours was merged.
        Assert.False(Of(closed: [Request(1, [Closed])], merged: [Request(2, [], (Before, After))], revived).Contains(Closed with { Content = After }, "a.yaml"));
    }

    [Theory]
    [InlineData("a.yaml", true)]
    [InlineData("b.yaml", false)]
    public void Another_file_with_the_same_object_is_another_question(string file, bool isDeclined) =>
        Assert.Equal(isDeclined, Of(closed: [Request(1, [Closed])], merged: []).Contains(Closed, file));

    [Fact]
    public void What_lay_in_a_file_that_is_gone_is_declined_wherever_it_lies_now()
    {
        var moved = new Declines(View([Request(1, [Closed])], []), new Dictionary<FindingId, int>(), new HashSet<string> { FindingId.OfFile("b.yaml") }, DateTimeOffset.UnixEpoch);
        Assert.True(moved.Contains(Closed, "b.yaml"));
    }

    private static Declines Of(PullRequest[] closed, PullRequest[] merged, IReadOnlyDictionary<FindingId, int>? revived = null) => new(
        View(closed, merged), revived ?? new Dictionary<FindingId, int>(),
        new HashSet<string> { FindingId.OfFile("a.yaml"), FindingId.OfFile("b.yaml") }, DateTimeOffset.UnixEpoch);

    private static ForgeView View(PullRequest[] closed, PullRequest[] merged) => new([], closed, merged, [], []);

    private static PullRequest Request(int number, FindingId[] findings, params (string, string)[] moves) => new(
        number, PullRequestState.ClosedUnmerged, "", new DeliveryNote { File = FindingId.OfFile("a.yaml"), Findings = findings, Moves = moves }.ToString(),
        "selfheal/a", null, "main", Mergeability.Unknown, [], [], IsOwn: true, MergedSha: null, "");
}
