using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>Makes authorities and what they sign: elliptic curve P-256, SHA-256, serial numbers at random.</summary>
internal static class CertificateAuthority
{
    private const int SerialBytes = 16;

    /// <summary>
    /// A root with its key. No two have one name: a chain is looked for by name first, and in a bundle of old and new the one
    /// must not be taken for the other.
    /// </summary>
    public static X509Certificate2 Make(DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"selfheal-webhook-ca-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        name.AddOrganizationName("SelfHealGitOps");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now - lifetimes.Backdate, now + lifetimes.Authority);
    }

    /// <summary>A server's certificate with its key; it does not outlive its authority.</summary>
    /// <param name="authority">With its key.</param>
    public static X509Certificate2 Issue(X509Certificate2 authority, IReadOnlyList<string> names, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // A common name holds 64 characters, which the name of a service may well exceed; nobody goes by it any more.
        var request = new CertificateRequest("CN=selfheal-webhook", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([CertificatePem.ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        var (authorityBegins, authorityEnds) = Validity.Of(authority);
        var begin = now - lifetimes.Backdate;
        var end = CertificatePlan.NotAfter(new("", authorityEnds, CanSign: true), now, lifetimes);
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);

        // Positive, and of full length.
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        using var issued = request.Create(authority, begin < authorityBegins ? authorityBegins : begin, end, serial);
        return CertificatePem.Usable(issued.CopyWithPrivateKey(key));
    }

    /// <summary>What an API server calls a service by.</summary>
    public static IReadOnlyList<string> NamesOf(string service, string @namespace) =>
        [$"{service}.{@namespace}.svc", $"{service}.{@namespace}.svc.cluster.local"];
}
