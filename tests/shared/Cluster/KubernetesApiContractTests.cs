using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>The same against a real API server, in a namespace of its own, which is deleted afterwards.</summary>
public sealed class KubernetesApiContractTests : ClusterContract, IAsyncLifetime
{
    public KubernetesApiContractTests()
        : base(new KubernetesApi(Access(), TimeProvider.System), NewNamespace())
    {
    }

    [RealClusterTheory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);

    public async Task InitializeAsync() =>
        Assert.IsType<ClusterReply.Done>(
            await Cluster.CreateAsync(ResourceTypes.Namespaces, null, NamespaceNamed(Namespace), WriteOptions.Default, CancellationToken.None));

    public async Task DisposeAsync()
    {
        await Cluster.DeleteAsync(new(ResourceTypes.Namespaces, null, Namespace), DeleteOptions.Default, CancellationToken.None);
        ((KubernetesApi)Cluster).Dispose();
    }

    // Skipped tests make no instance.
    private static ClusterAccess Access() => Kubeconfig.Load() switch
    {
        KubeconfigReading.Accepted accepted => accepted.Access,
        KubeconfigReading.Refused refused => throw new InvalidOperationException(string.Join('\n', refused.Problems)),
        var other => throw new InvalidOperationException(other.ToString()),
    };
}
