using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>The cluster that a file is applied to. What it serves is asked once.</summary>
/// <param name="name">By which the configuration calls it.</param>
/// <param name="defaultNamespace">Where objects go that name no namespace; the application's destination.</param>
internal sealed class ClusterTarget(string name, ICluster api, string defaultNamespace = "default")
{
    private DiscoveryReply? discovery;

    public string Name => name;

    public ICluster Api => api;

    public string DefaultNamespace => defaultNamespace;

    /// <summary>Asked again as long as there was no answer.</summary>
    public async Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken) =>
        discovery is DiscoveryReply.Found found ? found : discovery = await api.DiscoverAsync(cancellationToken).ConfigureAwait(false);
}
