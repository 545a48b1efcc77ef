using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public class FlagSurchargeTests
{
    [Theory]
    [InlineData("--replicas=0", 25)]
    [InlineData("--replicas 0", 25)]
    [InlineData("--replicas='0'", 25)]
    [InlineData("--replicas=-0", 25)]
    [InlineData("--replicas=0x0", 25)]
    [InlineData("--replicas=0_0", 25)]
    [InlineData("--replicas=$N", 25)]
    [InlineData("--replicas=3", 0)]
    [InlineData("--grace-period=0", 15)]
    [InlineData("--grace-period=+00", 15)]
    [InlineData("--grace-period 0s", 15)]
    [InlineData("--grace-period=1", 10)]
    [InlineData("--grace-period=30", 0)]
    [InlineData("--grace-period=-1", 0)]
    [InlineData("--context=other", 20)]
    [InlineData("--cluster other", 20)]
    [InlineData("--kubeconfig=/tmp/x", 20)]
    [InlineData("--as=admin", 20)]
    [InlineData("--field-manager=argocd", 12)]
    [InlineData("--namespace=shop", 0)]
    [InlineData("-n shop", 0)]
    [InlineData("--dry-run=server", 0)]
    [InlineData("--what-is-this", 25)]
    public void Weighs_what_it_does(string flag, int points) => Assert.Equal(points, FlagSurcharge.Of(flag).Points);
}
