namespace SelfHealGitOps.Bot.Install;

/// <summary>What of the webhook's installation can be chosen. The chart's values say the same, with the same defaults.</summary>
internal sealed record Installation
{
    public const string DefaultNamespace = "selfheal";

    /// <summary>Namespaces that the webhook is never asked about, besides its own: with it dead, the cluster must still be able to start pods of its own and to renew the leases of its nodes.</summary>
    public static readonly IReadOnlyList<string> AlwaysExcluded = ["kube-system", "kube-node-lease"];

    /// <summary>Of every object but the namespace.</summary>
    public string Name { get; init; } = "selfheal-webhook";

    public string Namespace { get; init; } = DefaultNamespace;

    /// <summary>False where the namespace is made by whoever installs, who then sees to its labels.</summary>
    public bool CreatesNamespace { get; init; } = true;

    /// <summary>A whole reference, with a tag or a digest.</summary>
    public required string Image { get; init; }

    /// <summary>The release that the objects are labelled with.</summary>
    public required string Version { get; init; }

    public int Replicas { get; init; } = 3;

    public string Profile { get; init; } = "default";

    /// <summary>What a finding leads to: <c>off</c>, <c>observe</c>, <c>warn</c> or <c>enforce</c>.</summary>
    public string Mode { get; init; } = "enforce";

    /// <summary>Whether the fixes that complete a pod for the Restricted standard are carried out, too: <see cref="RestrictedDefaults"/>.</summary>
    public bool CorrectsToRestricted { get; init; }

    /// <summary>The text of a policy file, in place of the one that the profile and the mode make; null for that.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>Namespaces that the webhook is not asked about, besides those it must not be.</summary>
    public IReadOnlyList<string> ExcludedNamespaces { get; init; } = [];

    /// <summary>True: the webhook makes its certificates, and its leader arms the configurations. False: they are mounted.</summary>
    public bool ManagesCertificates { get; init; } = true;

    /// <summary>The Secret with <c>tls.crt</c> and <c>tls.key</c>; null for <c>NAME-tls</c>.</summary>
    public string? TlsSecret { get; init; }

    /// <summary>Of mounted certificates: the authority that the API server trusts, PEM in base64; null where something else writes it in.</summary>
    public string? CaBundle { get; init; }

    /// <summary>Of mounted certificates: the Certificate (<c>NAMESPACE/NAME</c>) whose authority cert-manager writes into the configurations.</summary>
    public string? InjectCaFrom { get; init; }

    /// <summary>The ConfigMap with the authorities (<c>ca.crt</c>, PEM) whose clients alone are answered; null for none, or for <see cref="ClientCaSecret"/>.</summary>
    public string? ClientCaConfigMap { get; init; }

    /// <summary>The same as a Secret.</summary>
    public string? ClientCaSecret { get; init; }

    public bool HasClientCa => (ClientCaConfigMap ?? ClientCaSecret) is not null;

    public bool HasServiceMonitor { get; init; }

    public bool HasAlerts { get; init; }

    /// <summary>Where traces are sent; null for nowhere.</summary>
    public string? OtlpEndpoint { get; init; }

    public string SecretName => TlsSecret ?? $"{Name}-tls";
}
