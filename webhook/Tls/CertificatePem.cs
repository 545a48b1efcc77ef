using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Reads certificates and keys in PEM: PKCS#8, PKCS#1 (RSA) and SEC1 (elliptic curves). The first certificate is the one
/// served; the others are its issuers, in any order, with or without the root. Each reason to refuse names its file.
/// </summary>
internal static class CertificatePem
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string CertificateBegin = "-----BEGIN CERTIFICATE-----";

    public static Oid ServerAuthentication { get; } = new("1.3.6.1.5.5.7.3.1");

    public static Oid ClientAuthentication { get; } = new("1.3.6.1.5.5.7.3.2");

    public static CertificateReading Read(PemFile certificates, PemFile key, DateTimeOffset now)
    {
        try
        {
            return ReadPair(certificates, key, now);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            // Parts of a certificate are parsed when they are first asked for.
            return new CertificateReading.Refused($"{certificates.Name}: cannot be served: {exception.Message}");
        }
    }

    /// <summary>All certificates of a file, in its order; at least one.</summary>
    public static bool TryReadCertificates(PemFile file, out X509Certificate2Collection certificates, out string problem)
    {
        certificates = [];
        problem = file.Problem ?? "";
        if (problem.Length == 0)
        {
            var text = file.Text.AsSpan();
            var begun = text.Count(CertificateBegin);
            try
            {
                while (PemEncoding.TryFind(text, out var fields))
                {
                    if (text[fields.Label] is "CERTIFICATE")
                    {
                        certificates.Add(X509CertificateLoader.LoadCertificate(Der(text, fields)));
                    }

                    text = text[fields.Location.End..];
                }

                // A block that is no base64 is passed over by the reader: half of a file would do for a whole.
                problem = certificates.Count == begun
                    ? begun == 0 ? "holds no certificate; must be a certificate in PEM, with its issuers after it" : ""
                    : $"{Number(begun)} certificates begin in it, of which {Number(certificates.Count)} can be read; the file is cut off or damaged";
            }
            catch (CryptographicException)
            {
                problem = $"certificate {Number(certificates.Count + 1)} cannot be read; the file is damaged";
            }
        }

        if (problem.Length == 0)
        {
            return true;
        }

        problem = $"{file.Name}: {problem}";
        return false;
    }

    /// <summary>The one private key of a file; null with a problem that does not name the file.</summary>
    /// <param name="algorithm">Of the certificate that it is to belong to.</param>
    public static AsymmetricAlgorithm? ReadKey(PemFile file, string algorithm, out string problem)
    {
        problem = file.Problem ?? "";
        if (problem.Length > 0)
        {
            return null;
        }

        if (algorithm is not (Rsa or EllipticCurve))
        {
            problem = "the certificate's key is neither RSA nor of an elliptic curve of NIST; must be one of these";
            return null;
        }

        var rest = file.Text.AsSpan();
        if (rest.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal) || rest.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            problem = "the key is encrypted; must be a key in PEM without a pass phrase";
            return null;
        }

        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label is "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY")
            {
                return ReadKey(label, Der(rest, fields), algorithm, out problem);
            }

            rest = rest[fields.Location.End..];
        }

        problem = "holds no private key; must be one in PEM: PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY";
        return null;
    }

    /// <summary>As the platform's TLS can use it: on Windows a key must have been in a key store.</summary>
    public static X509Certificate2 Usable(X509Certificate2 pair) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null) : pair;

    private static CertificateReading ReadPair(PemFile certificates, PemFile key, DateTimeOffset now)
    {
        if (!TryReadCertificates(certificates, out var chain, out var problem))
        {
            return new CertificateReading.Refused(problem);
        }

        var leaf = chain[0];
        if (ProblemOf(leaf, now) is { } wrong)
        {
            return new CertificateReading.Refused($"{certificates.Name}: {wrong}");
        }

        using var secret = ReadKey(key, leaf.GetKeyAlgorithm(), out problem);
        if (secret is null)
        {
            return new CertificateReading.Refused($"{key.Name}: {problem}");
        }

        if (!secret.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(leaf.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            return new CertificateReading.Refused(
                $"{key.Name}: the key is not that of the first certificate of {certificates.Name}; must be the private key of CN or SAN {Excerpt(leaf)}");
        }

        var pair = secret is RSA rsa ? leaf.CopyWithPrivateKey(rsa) : leaf.CopyWithPrivateKey((ECDsa)secret);
        chain.RemoveAt(0);
        return new CertificateReading.Accepted(ServedCertificate.Of(Usable(pair), chain));
    }

    private static AsymmetricAlgorithm? ReadKey(ReadOnlySpan<char> label, byte[] der, string algorithm, out string problem)
    {
        problem = algorithm == Rsa ? "the key is not the RSA key that the certificate wants" : "the key is not the elliptic curve key that the certificate wants";
        AsymmetricAlgorithm key = algorithm == Rsa ? RSA.Create() : ECDsa.Create();
        try
        {
            switch (label.ToString(), key)
            {
                case ("PRIVATE KEY", _):
                    key.ImportPkcs8PrivateKey(der, out _);
                    return key;
                case ("RSA PRIVATE KEY", RSA rsa):
                    rsa.ImportRSAPrivateKey(der, out _);
                    return key;
                case ("EC PRIVATE KEY", ECDsa curve):
                    curve.ImportECPrivateKey(der, out _);
                    return key;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            problem += ", or it is damaged";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }

        key.Dispose();
        return null;
    }

    private static string? ProblemOf(X509Certificate2 leaf, DateTimeOffset now)
    {
        var (notBefore, notAfter) = Validity.Of(leaf);
        if (now < notBefore)
        {
            return $"the certificate is valid from {Time(notBefore)} on; must be valid now";
        }

        if (now >= notAfter)
        {
            return $"the certificate expired on {Time(notAfter)}; must be valid now";
        }

        return leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usages
            && !usages.EnhancedKeyUsages.Cast<Oid>().Any(usage => usage.Value is "1.3.6.1.5.5.7.3.1" or "2.5.29.37.0")
                ? "the certificate's extended key usage leaves out serverAuth; must be a server's certificate"
                : null;
    }

    private static byte[] Der(ReadOnlySpan<char> text, PemFields fields)
    {
        var der = new byte[fields.DecodedDataLength];
        Convert.TryFromBase64Chars(text[fields.Base64Data], der, out _);
        return der;
    }

    private static string Excerpt(X509Certificate2 leaf)
    {
        var name = leaf.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        return name.Length is > 0 and <= 253 ? $"'{name}'" : $"of serial number {leaf.SerialNumber}";
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
