using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class AlikeTests
{
    [Theory]
    [InlineData("web", "web", true)]
    [InlineData("web", "wbe", true)]
    [InlineData("web", "wb", false)]
    [InlineData("webs", "web", true)]
    [InlineData("web", "till", false)]
    [InlineData("web", "wood", false)]
    [InlineData("web", "web-frontend", true)]
    [InlineData("shop-web", "web", true)]
    [InlineData("webfrontend", "web", false)]
    [InlineData("", "web", false)]
    [InlineData("", "", true)]
    [InlineData("a", "b", false)]
    [InlineData("ab", "abc", false)]
    [InlineData("cloudcoder", "cluodcodr", true)]
    [InlineData("cloudcoder", "cluodcdr", false)]
    [InlineData("frontend", "backend", false)]
    public void Knows_typing_mistakes_and_longer_names(string a, string b, bool isAlike)
    {
        Assert.Equal(isAlike, Alike.Is(a, b));
        Assert.Equal(isAlike, Alike.Is(b, a));
    }
}
