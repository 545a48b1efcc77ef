using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// A certificate chain with its key, made ready once: a handshake neither builds a chain nor reads a key. Never disposed of,
/// since a handshake may be under way with it when the next one takes its place.
/// </summary>
internal sealed class ServedCertificate
{
    private ServedCertificate(X509Certificate2 leaf, X509Certificate2Collection issuers, SslStreamCertificateContext context)
    {
        Leaf = leaf;
        Issuers = issuers;
        Options = HandshakeOptions(context);
    }

    public X509Certificate2 Leaf { get; }

    /// <summary>What came with the leaf; may be empty.</summary>
    public X509Certificate2Collection Issuers { get; }

    public DateTimeOffset NotBefore => Validity.Of(Leaf).NotBefore;

    public DateTimeOffset NotAfter => Validity.Of(Leaf).NotAfter;

    /// <summary>For people to compare: SHA-256 in hexadecimal.</summary>
    public string Fingerprint => Leaf.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The same for every connection of whoever need not show a certificate.</summary>
    public SslServerAuthenticationOptions Options { get; }

    /// <param name="leaf">With its private key.</param>
    /// <exception cref="CryptographicException">The platform's TLS cannot use it.</exception>
    public static ServedCertificate Of(X509Certificate2 leaf, X509Certificate2Collection issuers) =>
        new(leaf, issuers, SslStreamCertificateContext.Create(leaf, issuers, offline: true));

    /// <summary>A copy of <see cref="Options"/> for one connection to add to.</summary>
    public SslServerAuthenticationOptions OptionsOfItsOwn() => HandshakeOptions(Options.ServerCertificateContext!);

    private static SslServerAuthenticationOptions HandshakeOptions(SslStreamCertificateContext context) => new()
    {
        ServerCertificateContext = context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        AllowRenegotiation = false,
    };
}
