using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Rest;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Forge;

public sealed class GiteaForgeTests
{
    public static TheoryData<string> Contract => ForgeContract.Tests;

    [RealGiteaTheory]
    [MemberData(nameof(Contract))]
    public async Task Keeps_the_contract(string test)
    {
        await using var house = await GiteaHouse.OpenAsync();
        await ForgeContract.RunAsync(test, house);
    }

    [RealGiteaTheory]
    [InlineData("wrong-token-4711")]
    public async Task Names_call_and_remedy_and_never_the_token(string token)
    {
        using var forge = new GiteaForge(new Uri(GiteaHouse.Address!), "nobody", "nothing", token, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<ForgeException>(() => forge.ListIssuesAsync(IssueState.Open, default));
        Assert.Contains("GET /api/v1/user: 401", refused.Message, StringComparison.Ordinal);
        Assert.Contains("token is right", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, refused.ToString(), StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
    }

    [RealGiteaTheory]
    [InlineData("selfheal/one")]
    public async Task Merges_nothing_that_it_cannot_bind(string branch)
    {
        await using var house = await GiteaHouse.OpenAsync(allowsUnboundMerge: false);
        var head = await house.PushAsync(branch, "deploy.yaml", "replicas: 3\n");
        var number = (await house.Forge.EnsurePullRequestAsync(new(new(1, "one"), branch, "main", "Fix one", "", []), default)).Number;
        var outcome = await house.Forge.MergeAsync(number, head, default);
        while (outcome is MergeOutcome.NotMergeable { Reason: "it is in conflict with its base" })
        {
            // It is still looking.
            outcome = await house.Forge.MergeAsync(number, head, default);
        }

        Assert.True(outcome is MergeOutcome.Merged || outcome is MergeOutcome.NotMergeable { Reason: var why } && why.Contains("cannot bind a merge", StringComparison.Ordinal), $"{outcome}");
    }

    [Theory]
    [InlineData("1.15.11", false)]
    [InlineData("1.17.4+12-gdead", false)]
    [InlineData("1.18.0", true)]
    [InlineData("1.24.0+rc0", true)]
    [InlineData("7.0.1+gitea-1.22.0", true)]
    [InlineData("development", false)]
    public void Knows_who_binds_a_merge_to_a_commit(string version, bool doesBind) => Assert.Equal(doesBind, GiteaForge.DoesBindMerges(version));
}
