namespace SelfHealGitOps.Bot.Registry;

/// <summary>The four forms of manifest that there are today.</summary>
internal static class MediaTypes
{
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    public const string AcceptManifests = $"{OciIndex}, {OciManifest}, {DockerIndex}, {DockerManifest}";

    public static bool IsIndex(string? type) => type is OciIndex or DockerIndex;

    public static bool IsManifest(string? type) => type is OciManifest or DockerManifest;

    /// <summary>What else a config may be is a chart, a policy or a signature: those have no USER.</summary>
    public static bool IsImageConfig(string? type) =>
        type is "application/vnd.oci.image.config.v1+json" or "application/vnd.docker.container.image.v1+json";
}
