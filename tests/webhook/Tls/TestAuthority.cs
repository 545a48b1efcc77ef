using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>An authority of a test's own, and what it issues.</summary>
internal sealed class TestAuthority
{
    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    private static readonly DateTimeOffset NotBefore = Now.AddDays(-30);
    private static readonly DateTimeOffset NotAfter = Now.AddYears(5);

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    public static TestAuthority Root(string name = "test root")
    {
        var request = new CertificateRequest($"CN={name}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new(request.CreateSelfSigned(NotBefore, NotAfter));
    }

    public TestAuthority Intermediate(string name = "test intermediate")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return new(request.Create(Certificate, NotBefore, NotAfter, Serial()).CopyWithPrivateKey(key));
    }

    /// <returns>With its key.</returns>
    public X509Certificate2 Issue(
        string name = "localhost", AsymmetricAlgorithm? key = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, params Oid[] usages)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (usages.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages], false));
        }

        var generator = X509SignatureGenerator.CreateForECDsa(Certificate.GetECDsaPrivateKey()!);
        var issued = request.Create(Certificate.SubjectName, generator, notBefore ?? NotBefore, notAfter ?? NotAfter.AddDays(-1), Serial());
        return key is RSA own ? issued.CopyWithPrivateKey(own) : issued.CopyWithPrivateKey((ECDsa)key);
    }

    public X509Certificate2 Client(string name = "kube-apiserver", DateTimeOffset? notAfter = null) =>
        Issue(name, notAfter: notAfter, usages: CertificatePem.ClientAuthentication);

    public static string KeyOf(X509Certificate2 pair) =>
        (pair.GetRSAPrivateKey() as AsymmetricAlgorithm ?? pair.GetECDsaPrivateKey()!).ExportPkcs8PrivateKeyPem() + "\n";

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }
}
