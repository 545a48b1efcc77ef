using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Self-managed certificates as one Secret holds them: <c>tls.crt</c> and <c>tls.key</c>, the bundle <c>ca.crt</c>, the keys of
/// its authorities <c>ca.key</c>, and an annotation that says since when the bundle is in force. What cannot be read counts
/// as not there.
/// </summary>
/// <param name="Authorities">Oldest first; those that can sign have their key.</param>
/// <param name="Leaf">With its key; null for none.</param>
internal sealed record ManagedCertificates(ImmutableArray<X509Certificate2> Authorities, X509Certificate2? Leaf, DateTimeOffset? InForceSince)
{
    public const string InForceAnnotation = "selfheal.io/ca-in-force-since";

    public static ManagedCertificates Empty { get; } = new([], null, null);

    /// <summary>For caBundle.</summary>
    public string Bundle => string.Concat(Authorities.Select(authority => authority.ExportCertificatePem() + "\n"));

    public static string IdOf(X509Certificate2 authority) => authority.GetCertHashString(HashAlgorithmName.SHA256);

    public static ManagedCertificates Read(JsonObject secret)
    {
        var data = secret["data"] as JsonObject ?? [];
        var authorities = Certificates(Text(data, "ca.crt")).Where(authority => HasSigned(authority, authority));
        var keys = Keys(Text(data, "ca.key"));
        var signing = authorities.Select(authority => WithKey(authority, keys) ?? authority).ToImmutableArray();
        var leaf = Certificates(Text(data, "tls.crt")) is [var first, ..] ? WithKey(first, Keys(Text(data, "tls.key"))) : null;
        var annotation = ((secret["metadata"] as JsonObject)?["annotations"] as JsonObject)?[InForceAnnotation] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        var isTime = DateTimeOffset.TryParse(annotation, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since);
        return new(signing, leaf, isTime ? since : null);
    }

    /// <summary>Puts everything into a Secret, and leaves what else it holds.</summary>
    public void WriteTo(JsonObject secret)
    {
        var data = Member(secret, "data");
        data["tls.crt"] = Base64(Leaf?.ExportCertificatePem() ?? "");
        data["tls.key"] = Base64(Leaf is null ? "" : KeyOf(Leaf));
        data["ca.crt"] = Base64(Bundle);
        data["ca.key"] = Base64(string.Concat(Authorities.Where(authority => authority.HasPrivateKey).Select(authority => KeyOf(authority) + "\n")));
        var annotations = Member(Member(secret, "metadata"), "annotations");
        if (InForceSince is { } since)
        {
            annotations[InForceAnnotation] = since.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }
        else
        {
            annotations.Remove(InForceAnnotation);
        }
    }

    /// <summary>The same with what can be trusted yet, but nothing to sign with: after the Secret was taken away, a new authority is wanted.</summary>
    public ManagedCertificates WithoutSigning() =>
        this with { Authorities = [.. Authorities.Select(authority => X509CertificateLoader.LoadCertificate(authority.RawDataMemory.Span))], InForceSince = null };

    public CertificateSituation Situation(IReadOnlyList<string> names, bool? isInForce)
    {
        var issuer = Leaf is null ? null : Authorities.FirstOrDefault(authority => HasSigned(authority, Leaf));
        return new(
            [.. Authorities.Select(authority => new AuthorityFacts(IdOf(authority), Validity.Of(authority).NotAfter, authority.HasPrivateKey))],
            issuer is null ? null : new(IdOf(issuer), Validity.Of(Leaf!).NotAfter, names.All(name => Leaf!.MatchesHostname(name, allowWildcards: false, allowCommonName: false))),
            InForceSince,
            isInForce);
    }

    public ManagedCertificates After(CertificateStep step, IReadOnlyList<string> names, DateTimeOffset now, CertificateLifetimes lifetimes) => step switch
    {
        CertificateStep.AddAuthority => this with { Authorities = Authorities.Add(CertificateAuthority.Make(now, lifetimes)), InForceSince = null },
        CertificateStep.DropAuthority(var id) => this with { Authorities = Authorities.RemoveAll(authority => IdOf(authority) == id) },
        CertificateStep.IssueLeaf(var id) => this with { Leaf = CertificateAuthority.Issue(Authorities.First(authority => IdOf(authority) == id), names, now, lifetimes) },
        CertificateStep.NoteInForce => this with { InForceSince = now },
        CertificateStep.NoteNotInForce => this with { InForceSince = null },
        _ => this,
    };

    /// <summary>
    /// By the signature itself, whatever the time: a chain would take a root's word for its own, and a root that is damaged
    /// signs what nobody verifies.
    /// </summary>
    private static bool HasSigned(X509Certificate2 authority, X509Certificate2 certificate)
    {
        if (!authority.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
        {
            return false;
        }

        try
        {
            var fields = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signed = fields.ReadEncodedValue();
            fields.ReadEncodedValue();
            var signature = fields.ReadBitString(out _);
            using var key = authority.GetECDsaPublicKey();
            return key?.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) == true;
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or ArgumentException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static X509Certificate2? WithKey(X509Certificate2 certificate, IReadOnlyList<ECDsa> keys)
    {
        try
        {
            var wanted = certificate.PublicKey.ExportSubjectPublicKeyInfo();
            var key = keys.FirstOrDefault(key => key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted));
            return key is null ? null : CertificatePem.Usable(certificate.CopyWithPrivateKey(key));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            foreach (var certificate in certificates)
            {
                _ = Validity.Of(certificate);
            }

            return certificates;
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static List<ECDsa> Keys(string pem)
    {
        var keys = new List<ECDsa>();
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var key = ECDsa.Create();
            try
            {
                key.ImportFromPem(rest[fields.Location]);
                keys.Add(key);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException or PlatformNotSupportedException)
            {
                key.Dispose();
            }
        }

        return keys;
    }

    private static string KeyOf(X509Certificate2 pair)
    {
        using var key = pair.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string Text(JsonObject data, string key)
    {
        if (data[key] is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return "";
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    private static JsonObject Member(JsonObject map, string key)
    {
        if (map[key] is not JsonObject member)
        {
            map[key] = member = [];
        }

        return member;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
