using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public sealed class ApprovalsTests
{
    private const string Head = "aaaa";

    private static readonly string[] Owners = ["@ann", "@bob", "@acme/team"];

    public static TheoryData<string, string, bool> Cases => new()
    {
        { "auto", "", true },
        { "auto", "ann:no:aaaa", false },
        { "human", "", false },
        { "human", "ann:yes:aaaa", true },
        { "human", "zoe:yes:aaaa", true },

        // Of what was pushed before.
        { "human", "ann:yes:bbbb", false },

        // Taken back, and given again.
        { "human", "ann:yes:aaaa ann:no:aaaa", false },
        { "human", "ann:no:aaaa ann:yes:aaaa", true },
        { "human", "ann:yes:aaaa ann:comment:aaaa", true },
        { "human", "ann:yes:aaaa bob:no:aaaa", false },

        // A refusal of the last push still stands: somebody has to say that it is mended.
        { "human", "bob:no:bbbb ann:yes:aaaa", false },

        // Who may not write counts for nothing, yes or no.
        { "human", "eve:yes!:aaaa", false },
        { "human", "ann:yes:aaaa eve:no!:aaaa", true },
        { "human", "?:yes:aaaa", false },
        { "dual", "ann:yes:aaaa", false },
        { "dual", "ann:yes:aaaa ann:yes:aaaa", false },
        { "dual", "ann:yes:aaaa ANN:yes:aaaa", false },
        { "dual", "ann:yes:aaaa bob:yes:aaaa", true },
        { "dual", "ann:yes:aaaa bob:yes:bbbb", false },
        { "dual", "ann:yes:aaaa zoe:yes:aaaa", false },
        { "dual", "ann:yes:aaaa acme/team:yes:aaaa", false },
        { "human", "ann:yes~:aaaa", true },
        { "dual", "ann:yes~:aaaa bob:yes~:aaaa", false },
        { "blocked", "ann:yes:aaaa bob:yes:aaaa", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void They_are_given_or_not(string tier, string reviews, bool expected)
    {
        var approvals = Approvals.Of(Enum.Parse<Tier>(tier, ignoreCase: true), Owners, [.. reviews.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)], Head);
        Assert.Equal(expected, approvals.AreGiven);
        Assert.Equal(expected, approvals.Status.State == CheckState.Success);
    }

    /// <summary>A team and an address stand for people whom nobody can tell from here.</summary>
    [Theory]
    [InlineData("@ann @bob", "ann:yes:aaaa", true)]
    [InlineData("@ann @bob", "ANN:yes:aaaa", true)]
    [InlineData("@ann @bob", "zoe:yes:aaaa", false)]
    [InlineData("@ann @bob", "zoe:yes:aaaa bob:yes:aaaa", true)]
    [InlineData("@ann @bob", "ann:yes!:aaaa", false)]
    [InlineData("@ann @bob", "ann:yes:aaaa zoe:no:aaaa", false)]
    [InlineData("@ann @acme/team", "zoe:yes:aaaa", true)]
    [InlineData("@ann zoe@example.com", "zoe:yes:aaaa", true)]
    [InlineData("", "zoe:yes:aaaa", true)]
    public void Human_wants_a_code_owner_where_one_is_named(string owners, string reviews, bool expected)
    {
        var approvals = Approvals.Of(Tier.Human, owners.Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. reviews.Split(' ').Select(Parse)], Head);
        Assert.Equal(expected, approvals.AreGiven);
    }

    [Fact]
    public void Human_says_whose_approval_is_missing()
    {
        Assert.Equal("one approval of this commit by a code owner", Approvals.Of(Tier.Human, ["@ann"], [Parse("zoe:yes:aaaa")], Head).Missing);
        Assert.Equal("one approval of this commit", Approvals.Of(Tier.Human, ["@acme/team"], [], Head).Missing);
    }

    [Fact]
    public void Dual_without_two_people_named_says_what_is_missing()
    {
        var approvals = Approvals.Of(Tier.Dual, ["@ann", "@acme/team"], [Parse("ann:yes:aaaa"), Parse("bob:yes:aaaa")], Head);
        Assert.False(approvals.AreGiven);
        Assert.Contains("name two people", approvals.Missing, StringComparison.Ordinal);
        Assert.Contains("names nobody", Approvals.Of(Tier.Dual, [], [], Head).Missing, StringComparison.Ordinal);
    }

    private static Review Parse(string text)
    {
        var parts = text.Split(':');
        var state = parts[1].TrimEnd('!', '~') switch { "yes" => ReviewState.Approved, "no" => ReviewState.ChangesRequested, _ => ReviewState.Commented };
        return new(parts[0] == "?" ? null : parts[0], state, parts[2], parts[1][^1] switch { '!' => false, '~' => null, _ => true });
    }
}
