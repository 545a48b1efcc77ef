using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>A certificate authority for one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(79));
    }

    public X509Certificate2 Certificate { get; }

    /// <param name="names">DNS names, or addresses.</param>
    public X509Certificate2 Issue(AsymmetricAlgorithm leafKey, params string[] names)
    {
        var request = leafKey is RSA rsa
            ? new CertificateRequest($"CN={names[0]}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={names[0]}", (ECDsa)leafKey, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var issued = request.Create(
            Certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            Certificate.NotBefore,
            Certificate.NotAfter,
            RandomNumberGenerator.GetBytes(8));
        return leafKey is RSA own ? issued.CopyWithPrivateKey(own) : issued.CopyWithPrivateKey((ECDsa)leafKey);
    }

    public X509Certificate2 IssueServer(params string[] names)
    {
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue(leafKey, names);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }
}
