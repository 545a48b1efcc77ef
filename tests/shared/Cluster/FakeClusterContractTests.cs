using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

public sealed class FakeClusterContractTests : ClusterContract
{
    public FakeClusterContractTests()
        : base(new FakeCluster(), NewNamespace()) =>
        ((FakeCluster)Cluster).Seed(NamespaceNamed(Namespace));

    [Theory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);
}
