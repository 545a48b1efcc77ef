using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Cluster;

/// <summary>A certificate to show to the server, with its key and what signed it.</summary>
public sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context, DateTimeOffset expiry)
    {
        Context = context;
        Expiry = expiry;
    }

    public DateTimeOffset Expiry { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <param name="certificates">PEM; the first is our own, others are what signed it.</param>
    /// <param name="key">PEM: PKCS#8, PKCS#1 or SEC1, not encrypted.</param>
    /// <param name="problem">Why not; holds nothing of the key.</param>
    public static bool TryRead(
        ReadOnlySpan<char> certificates, ReadOnlySpan<char> key, [NotNullWhen(true)] out ClientCertificate? certificate, [NotNullWhen(false)] out string? problem)
    {
        certificate = null;
        problem = null;
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificates);
            if (all.Count == 0)
            {
                problem = "holds no certificate; must be PEM that begins with -----BEGIN CERTIFICATE-----";
                return false;
            }

            var own = X509Certificate2.CreateFromPem(certificates, key);
            if (OperatingSystem.IsWindows())
            {
                // Its TLS uses no key that lives in memory alone.
                own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
            }

            all.RemoveAt(0);
            certificate = new(SslStreamCertificateContext.Create(own, all, offline: true), new DateTimeOffset(own.NotAfter));
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            problem = "is no certificate with its key; must be a PEM certificate, and a PEM key (PKCS#8, PKCS#1 or SEC1, not encrypted) that belongs to it";
            return false;
        }
    }

    public override string ToString() => "a client certificate";
}
