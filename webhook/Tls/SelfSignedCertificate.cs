using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>A pair for this machine's own names, for where none is given: valid for a year, kept nowhere, trusted by nobody.</summary>
internal static class SelfSignedCertificate
{
    public static ServedCertificate Make(DateTimeOffset now, string machineName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=selfheal-webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (Uri.CheckHostName(machineName) == UriHostNameType.Dns && machineName != "localhost")
        {
            names.AddDnsName(machineName);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([CertificatePem.ServerAuthentication], critical: false));
        return ServedCertificate.Of(CertificatePem.Usable(request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(1))), []);
    }
}
