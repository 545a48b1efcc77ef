using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>The roots, and no others, that vouch for whoever asks for reviews. The system's own are not among them.</summary>
internal sealed class ClientAuthorities
{
    private static readonly TimeSpan AskedAgain = TimeSpan.FromMinutes(1);

    private readonly X509Certificate2Collection roots;

    private ClientAuthorities(X509Certificate2Collection roots) => this.roots = roots;

    public static ClientAuthorities? Read(PemFile file, DateTimeOffset now, out string problem)
    {
        try
        {
            return ReadRoots(file, now, out problem);
        }
        catch (CryptographicException exception)
        {
            // Parts of a certificate are parsed when they are first asked for.
            problem = $"{file.Name}: a certificate in it is damaged: {exception.Message}";
            return null;
        }
    }

    /// <param name="until">When to ask again.</param>
    /// <returns>Null where there is a chain from one of the roots to it, and it may be used by a client.</returns>
    public string? ProblemOf(X509Certificate2 leaf, X509Certificate2Collection issuers, DateTimeOffset now, out DateTimeOffset until)
    {
        try
        {
            return ProblemOfChain(leaf, issuers, now, out until);
        }
        catch (CryptographicException)
        {
            until = now + AskedAgain;
            return "it cannot be read";
        }
    }

    /// <summary>No network is gone to, whatever address the certificate names; nobody's list of revoked ones is asked for.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        policy.ApplicationPolicy.Add(CertificatePem.ClientAuthentication);
        return policy;
    }

    private static ClientAuthorities? ReadRoots(PemFile file, DateTimeOffset now, out string problem)
    {
        if (!CertificatePem.TryReadCertificates(file, out var roots, out problem))
        {
            return null;
        }

        foreach (var root in roots)
        {
            if (!root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData))
            {
                problem = $"{file.Name}: '{root.Subject}' was issued by '{root.Issuer}'; must be roots, which issue themselves";
                return null;
            }

            if (root.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            {
                problem = $"{file.Name}: '{root.Subject}' is no authority (basicConstraints CA:TRUE); must be roots that issue certificates";
                return null;
            }
        }

        if (roots.All(root => now >= Validity.Of(root).NotAfter))
        {
            problem = $"{file.Name}: every authority in it has expired; must be valid now";
            return null;
        }

        return new(roots);
    }

    private string? ProblemOfChain(X509Certificate2 leaf, X509Certificate2Collection issuers, DateTimeOffset now, out DateTimeOffset until)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ExtraStore.AddRange(issuers);
        var isValid = chain.Build(leaf);
        var problem = isValid
            ? null
            : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
        until = isValid ? chain.ChainElements.Min(element => Validity.Of(element.Certificate).NotAfter) : now + AskedAgain;
        foreach (var element in chain.ChainElements)
        {
            if (!ReferenceEquals(element.Certificate, leaf))
            {
                element.Certificate.Dispose();
            }
        }

        return problem;
    }
}
