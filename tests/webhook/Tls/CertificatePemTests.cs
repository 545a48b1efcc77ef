using System.Security.Cryptography;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class CertificatePemTests
{
    private static readonly TestAuthority Root = TestAuthority.Root();
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);

    [Fact]
    public void Reads_every_form_of_key()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var ofRsa = Root.Issue(key: rsa).ExportCertificatePem();
        var ofCurve = Root.Issue(key: curve).ExportCertificatePem();
        Assert.Null(Refusal(ofRsa, rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Refusal(ofRsa, rsa.ExportRSAPrivateKeyPem()));
        Assert.Null(Refusal(ofCurve, curve.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Refusal(ofCurve, curve.ExportECPrivateKeyPem()));

        // As `openssl ecparam -genkey` writes it.
        Assert.Null(Refusal(ofCurve, "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n" + curve.ExportECPrivateKeyPem()));
    }

    [Fact]
    public void Keeps_the_issuers_that_come_with_it()
    {
        var between = Root.Intermediate();
        var leaf = between.Issue();
        var reading = CertificatePem.Read(new("tls.crt", leaf.ExportCertificatePem() + "\n" + Root.Pem + between.Pem), Key(leaf), TestAuthority.Now);
        var certificate = Assert.IsType<CertificateReading.Accepted>(reading).Certificate;
        Assert.True(certificate.Leaf.HasPrivateKey);
        Assert.Equal(2, certificate.Issuers.Count);
        Assert.Contains(between.Certificate.Thumbprint, certificate.Options.ServerCertificateContext!.IntermediateCertificates.Select(issuer => issuer.Thumbprint));
    }

    [Fact]
    public void Says_what_is_wrong_and_with_which_file()
    {
        var leaf = Root.Issue();
        var pem = leaf.ExportCertificatePem();
        var key = TestAuthority.KeyOf(leaf);
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (string Certificate, string Key, string Words)[] cases =
        [
            ("", key, "tls.crt: holds no certificate"),
            ("garbage", key, "tls.crt: holds no certificate"),
            (pem[..^40], key, "tls.crt: 1 certificates begin in it, of which 0 can be read"),
            (pem + "\n" + Root.Pem[..200], key, "tls.crt: 2 certificates begin in it, of which 1 can be read"),
            (pem.Replace("MII", "MIA", StringComparison.Ordinal), key, "tls.crt: certificate 1 cannot be read"),
            (pem, "", "tls.key: holds no private key"),
            (pem, pem, "tls.key: holds no private key"),
            (pem, TestAuthority.KeyOf(Root.Issue()), "tls.key: the key is not that of the first certificate of tls.crt"),
            (Root.Pem + pem, key, "tls.key: the key is not that of the first certificate of tls.crt"),
            (pem, rsa.ExportPkcs8PrivateKeyPem(), "tls.key: the key is not the elliptic curve key that the certificate wants"),
            (pem, rsa.ExportRSAPrivateKeyPem(), "tls.key: the key is not the elliptic curve key that the certificate wants"),
            (pem, key.Replace("MI", "MA", StringComparison.Ordinal), "or it is damaged"),
            (pem, curve.ExportEncryptedPkcs8PrivateKeyPem("pass", Encryption), "tls.key: the key is encrypted; must be a key in PEM without a pass phrase"),
            (pem, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----", "tls.key: the key is encrypted"),
            (Pem(TestAuthority.Now.AddDays(-9), TestAuthority.Now.AddSeconds(-1), out var expired), expired, "tls.crt: the certificate expired on"),
            (Pem(TestAuthority.Now.AddDays(-9), TestAuthority.Now, out var justExpired), justExpired, "tls.crt: the certificate expired on"),
            (Pem(TestAuthority.Now.AddMinutes(1), TestAuthority.Now.AddDays(9), out var early), early, "tls.crt: the certificate is valid from"),
            (Root.Client().ExportCertificatePem(), key, "tls.crt: the certificate's extended key usage leaves out serverAuth"),
        ];
        Assert.All(cases, wrong =>
        {
            var refusal = Refusal(wrong.Certificate, wrong.Key);
            Assert.NotNull(refusal);
            Assert.Contains(wrong.Words, refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("BEGIN", refusal, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        var leaf = Root.Issue();
        var pem = leaf.ExportCertificatePem();
        var key = TestAuthority.KeyOf(leaf);
        var random = new Random(1);
        for (var round = 0; round < 400; round++)
        {
            var (certificate, secret) = round % 2 == 0 ? (Harm(pem, random), key) : (pem, Harm(key, random));
            if (CertificatePem.Read(new("tls.crt", certificate), new("tls.key", secret), TestAuthority.Now) is CertificateReading.Accepted(var read))
            {
                Assert.True(read.Leaf.HasPrivateKey);
            }
        }
    }

    private static string Harm(string pem, Random random)
    {
        var letters = pem.ToCharArray();
        letters[random.Next(letters.Length)] = (char)random.Next(10, 127);
        return random.Next(3) == 0 ? new string(letters, 0, random.Next(letters.Length)) : new string(letters);
    }

    private static string Pem(DateTimeOffset notBefore, DateTimeOffset notAfter, out string key)
    {
        var leaf = Root.Issue(notBefore: notBefore, notAfter: notAfter);
        key = TestAuthority.KeyOf(leaf);
        return leaf.ExportCertificatePem();
    }

    private static PemFile Key(System.Security.Cryptography.X509Certificates.X509Certificate2 leaf) => new("tls.key", TestAuthority.KeyOf(leaf));

    private static string? Refusal(string certificate, string key) =>
        (CertificatePem.Read(new("tls.crt", certificate), new("tls.key", key), TestAuthority.Now) as CertificateReading.Refused)?.Reason;
}
