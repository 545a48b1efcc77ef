using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public class LeasedForgeTests
{
    /// <summary>What wraps a forge would pass nothing of such a member on, and nobody would see.</summary>
    [Fact]
    public void No_member_of_the_port_has_a_body_of_its_own() => Assert.All(typeof(IForge).GetMethods(), method => Assert.True(method.IsAbstract, method.Name));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Under_a_lease_a_forge_knows_as_many_people_as_without(bool knowsPeople) =>
        Assert.Equal(knowsPeople, new Bot.Deliver.LeasedForge(new PeopleForge { KnowsPeople = knowsPeople }, ledger: null!).KnowsPeople);
}
