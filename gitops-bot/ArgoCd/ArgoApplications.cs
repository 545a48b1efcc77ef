using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>The Applications that are known, and from whom: asked for once in a pass.</summary>
internal abstract record ArgoApplications
{
    private static readonly ResourceType Type = new(ArgoApplication.Group, "v1alpha1", "applications", "Application", true);

    private ArgoApplications()
    {
    }

    /// <summary>The cluster's. Empty where it does not serve the type: then nothing in it comes from Argo CD.</summary>
    public sealed record Known(IReadOnlyList<ArgoApplication> Applications) : ArgoApplications;

    /// <summary>The cluster did not say.</summary>
    public sealed record Unknown(string Problem) : ArgoApplications;

    /// <summary>There is no cluster to ask.</summary>
    public sealed record NotAsked : ArgoApplications;

    public static async Task<ArgoApplications> ReadAsync(ICluster cluster, CancellationToken cancellationToken) =>
        await cluster.ListAllAsync(Type, null, new(), cancellationToken).ConfigureAwait(false) switch
        {
            ListReply.Listed listed => Of(LiveObjects.Of(listed.Items)),
            ListReply.Failed { Why: ClusterReply.Refused { Status.IsNotFound: true } } => new Known([]),
            ListReply.Failed failed => new Unknown(failed.Why.Problem ?? "no answer"),
            _ => throw new InvalidOperationException("unknown reply"),
        };

    public static Known Of(IEnumerable<SetObject> objects) => new([.. objects.Where(ArgoApplication.IsOne).Select(ArgoApplication.Of)]);
}

/// <summary>How an Argo CD was set up, as far as its objects do not say it.</summary>
internal sealed record ArgoSettings
{
    /// <summary>Where it runs: Applications there are named without their namespace in tracking ids.</summary>
    public string Namespace { get; init; } = "argocd";

    /// <summary><c>application.instanceLabelKey</c> of argocd-cm.</summary>
    public string InstanceLabel { get; init; } = "app.kubernetes.io/instance";

    /// <summary>Names and URLs by which Applications mean the cluster at hand, besides Argo CD's own.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>What Argo CD's own ConfigMap says; what cannot be read there is as by default.</summary>
    public static async Task<ArgoSettings> ReadAsync(ICluster cluster, string @namespace, CancellationToken cancellationToken)
    {
        var settings = new ArgoSettings { Namespace = @namespace };
        var reply = await cluster.GetAsync(new(ResourceTypes.ConfigMaps, @namespace, "argocd-cm"), cancellationToken).ConfigureAwait(false);
        return reply is ClusterReply.Done done && done.Object.Text("data", "application.instanceLabelKey") is { Length: > 0 } label
            ? settings with { InstanceLabel = label }
            : settings;
    }
}
