namespace SelfHealGitOps.Bot.Configuration;

/// <summary>One cluster.</summary>
internal sealed record ClusterSettings
{
    /// <summary>The cluster that the bot itself runs in.</summary>
    public bool IsInCluster { get; init; }

    /// <summary>A full path; null for the standard one.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Null for the current one.</summary>
    public string? Context { get; init; }

    public ArgoSettings Argo { get; init; } = new();
}

/// <summary>How Argo CD is set up in a cluster.</summary>
/// <param name="Namespace">Where its Applications are.</param>
/// <param name="InstanceLabel">The label by which it marks objects where it tracks them by label.</param>
internal sealed record ArgoSettings(string Namespace = ArgoSettings.StandardNamespace, string InstanceLabel = ArgoSettings.StandardLabel)
{
    public const string StandardNamespace = "argocd";
    public const string StandardLabel = "app.kubernetes.io/instance";
}
