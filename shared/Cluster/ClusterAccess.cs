using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Cluster;

/// <summary>Where a cluster is, and who we are there. Made by <see cref="Kubeconfig"/> or <see cref="InCluster"/>.</summary>
/// <param name="Server">With a path, where the API server sits behind a gateway.</param>
public sealed record ClusterAccess(Uri Server)
{
    /// <summary>Who may have signed the server's certificate; null for whom this machine trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The name that the server's certificate has to bear, where it is not the host's; null for the host's.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Believe any certificate: whoever sits on the line reads and writes everything.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>http, https, socks4, socks4a or socks5. Null for what the environment says, unless <see cref="IgnoresProxyEnvironment"/>.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>True inside of a cluster: NO_PROXY names it by ranges of addresses, which the runtime does not understand.</summary>
    public bool IgnoresProxyEnvironment { get; init; }

    public ClientCertificate? Certificate { get; init; }

    public ClusterCredentials Credentials { get; init; } = new ClusterCredentials.None();

    public Impersonation? Impersonation { get; init; }

    /// <summary>The namespace for commands that name none.</summary>
    public string DefaultNamespace { get; init; } = "default";

    // What the compiler would write shows every member.
    public override string ToString() => Server.GetLeftPart(UriPartial.Path);
}

/// <summary>Whom to act as, in place of oneself.</summary>
public sealed record Impersonation(
    string User, string? Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra);
