using SelfHealGitOps.Cluster;
using SelfHealGitOps.Webhook.Http;

namespace SelfHealGitOps.Webhook.Cluster;

/// <summary>Puts the parts of this folder together, for the composition root.</summary>
internal static class ClusterHosting
{
    /// <param name="problem">Why there is no way to the cluster that the options name; null where there is, or they name none.</param>
    /// <returns>Null without a cluster.</returns>
    public static ICluster? Connect(WebhookOptions options, TimeProvider clock, out string? problem)
    {
        problem = null;
        if (!options.InCluster && options.Kubeconfig is null)
        {
            return null;
        }

        switch (options.InCluster ? InCluster.Load() : Kubeconfig.Load([options.Kubeconfig!], options.Context))
        {
            case KubeconfigReading.Accepted(var access, _):
                return new KubernetesApi(access, clock);
            case KubeconfigReading.Refused(var problems):
                problem = string.Join('\n', problems);
                return null;
            default:
                throw new InvalidOperationException("unknown reading");
        }
    }

    /// <summary>With a cluster, namespaces and owners are what it says.</summary>
    public static void AddCluster(this IServiceCollection services, ICluster? cluster)
    {
        services.AddSingleton<Namespaces>();
        services.AddSingleton<TopOwners>();
        if (cluster is not null)
        {
            services.AddSingleton(cluster);
            services.AddSingleton<NamespaceWatch>();
            services.AddHostedService(provider => provider.GetRequiredService<NamespaceWatch>());
        }
    }

    public static void UseCluster(this IServiceProvider services)
    {
        if (services.GetService<NamespaceWatch>() is { } watch)
        {
            services.GetRequiredService<Namespaces>().AskBy(watch.AskAsync);
            services.GetRequiredService<Readiness>().WaitFor("namespaces: not listed yet", () => watch.HasListed);
        }
    }
}
