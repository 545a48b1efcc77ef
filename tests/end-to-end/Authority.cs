using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>A certificate authority of a test, and the pairs that it signs.</summary>
internal sealed class Authority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;
    private int serial;

    public Authority()
    {
        var request = new CertificateRequest("CN=end-to-end", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    public string CaBundle => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));

    /// <summary>A new pair for this host, as files; each file is swapped in whole.</summary>
    public void Write(string certificatePath, string keyPath)
    {
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(Installation.Host));
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var leaf = request.Create(certificate, now.AddMinutes(-30), now.AddHours(12), [1, 2, 3, (byte)++serial]);
        Replace(keyPath, leafKey.ExportPkcs8PrivateKeyPem());
        Replace(certificatePath, leaf.ExportCertificatePem());
    }

    public void Dispose()
    {
        key.Dispose();
        certificate.Dispose();
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
