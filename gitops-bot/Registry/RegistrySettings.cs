using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>Whom images may be asked of, and how. Nothing is asked of a host that is not in here.</summary>
/// <param name="Hosts">By host and port as images name them, in lower case; <see cref="ImagePrefix.HostOf"/>.</param>
internal sealed record RegistrySettings(IReadOnlyDictionary<string, RegistryHost> Hosts)
{
    /// <summary>Asks nobody.</summary>
    public static RegistrySettings None { get; } = new(new Dictionary<string, RegistryHost>());

    /// <summary>The Docker configuration that credentials are taken from; null for none, which is anonymous.</summary>
    public string? DockerConfig { get; init; }

    /// <summary>Whose configuration is looked at, of an image for several; what the cluster's nodes are.</summary>
    public IReadOnlyList<ImagePlatform> Platforms { get; init; } = [ImagePlatform.Default];

    public RegistryLimits Limits { get; init; } = RegistryLimits.Default;

    /// <summary>True for a host, with its port, that the owner has written somewhere; a pattern that fits does not name it.</summary>
    public bool Names(string authority) => Hosts.Values.Any(host => host.Names(authority)) || Hosts.ContainsKey(authority);

    public bool MayBePlain(string authority) =>
        Hosts.Any(entry => entry.Value.IsInsecure && (entry.Key == authority || entry.Value.Endpoint == authority));
}

/// <summary>One registry.</summary>
/// <param name="Endpoint">Host and port where its API is, in lower case; mostly the registry's own name.</param>
internal sealed record RegistryHost(string Endpoint)
{
    /// <summary>Spoken to by plain http.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Asked first, in this order. Each is on a host that is named itself.</summary>
    public IReadOnlyList<ImagePrefix> Mirrors { get; init; } = [];

    /// <summary>The host that hands out tokens, and is shown the credentials; null for the endpoint alone.</summary>
    public string? TokenServer { get; init; }

    /// <summary>Where it may redirect to: hosts, <c>*.example.com</c> for all below one, or <c>*</c>. Never shown credentials.</summary>
    public IReadOnlyList<string> RedirectsTo { get; init; } = [];

    /// <summary>Its key in the Docker configuration; null for the registry's name.</summary>
    public string? CredentialKey { get; init; }

    public bool Names(string authority) => authority == Endpoint || authority == TokenServer || RedirectsTo.Contains(authority);

    public bool MayRedirectTo(string authority) => authority == Endpoint || RedirectsTo.Any(pattern =>
        pattern == "*" || pattern == authority || (pattern.StartsWith("*.", StringComparison.Ordinal) && authority.EndsWith(pattern[1..], StringComparison.Ordinal)));
}

/// <summary>How long to wait, and how much to take.</summary>
internal sealed record RegistryLimits
{
    public static RegistryLimits Default { get; } = new();

    /// <summary>From the question to the last byte of the answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For all there is to ask about one image, of one registry.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan HelperTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a question is put before giving up; only what is transient is asked again.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Before the second attempt, doubled for each after it; half of it is chance.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>A registry that wants to be left alone for longer is not waited for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    public int Redirects { get; init; } = 3;

    /// <summary>Of a manifest or an image's configuration. Registries take manifests of up to 4 MiB.</summary>
    public int MaxDocumentBytes { get; init; } = 4 << 20;

    public int MaxTagPageBytes { get; init; } = 4 << 20;

    public int MaxTokenBytes { get; init; } = 256 << 10;

    public int MaxTagPages { get; init; } = 50;

    public int MaxTags { get; init; } = 50_000;

    /// <summary>How many version tags are asked for their digest, newest first.</summary>
    public int MaxVersionsTried { get; init; } = 40;

    /// <summary>How long an answer is good for; what is missing is asked for again after a tenth of it.</summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromMinutes(5);
}
