using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>The certificate that new connections are served with. Replaced while others go on.</summary>
internal sealed class ServingCertificate
{
    private X509Certificate2? current;

    /// <summary>Null until one is loaded.</summary>
    public X509Certificate2? Current => Volatile.Read(ref current);

    public void Replace(X509Certificate2 certificate) => Volatile.Write(ref current, certificate);

    /// <summary>A pair for this machine's own names, for where none is given; valid for a year, trusted by nobody.</summary>
    public static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=selfheal-webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
