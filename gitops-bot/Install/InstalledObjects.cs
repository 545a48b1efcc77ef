namespace SelfHealGitOps.Bot.Install;

/// <summary>The objects of an installation, in the order in which they are applied. The chart makes the same; a test compares them.</summary>
internal static class InstalledObjects
{
    /// <summary>One YAML document for each object.</summary>
    public static IEnumerable<string> Of(Installation installation) =>
    [
        .. installation.CreatesNamespace ? [Namespace(installation)] : Enumerable.Empty<string>(),
        .. AccessManifests.Of(installation),
        PolicyManifest.Of(installation),
        .. WorkloadManifests.Of(installation),
        NetworkManifest.Of(installation),
        .. MonitoringManifests.Of(installation),
        .. WebhookConfigurations.Of(installation),
    ];

    /// <summary>The metadata that all objects have.</summary>
    public static string Metadata(Installation installation, string? name = null, bool isNamespaced = true) => $"""
        metadata:
          name: {name ?? installation.Name}
        {YamlText.If(isNamespaced, $"  namespace: {YamlText.Scalar(installation.Namespace)}\n")}{YamlText.Indent(2, Labels(installation))}
        """;

    public static string Labels(Installation installation) => $"""
        labels:
          app.kubernetes.io/name: {installation.Name}
          app.kubernetes.io/part-of: selfheal
          app.kubernetes.io/version: {YamlText.Quoted(installation.Version)}
        """;

    private static string Namespace(Installation installation) => $"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {YamlText.Scalar(installation.Namespace)}
          labels:
            app.kubernetes.io/part-of: selfheal
            pod-security.kubernetes.io/audit: restricted
            pod-security.kubernetes.io/enforce: restricted
            pod-security.kubernetes.io/warn: restricted

        """;
}
