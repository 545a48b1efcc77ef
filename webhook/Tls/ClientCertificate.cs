using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>What a client showed when its connection began: it has the key, by the handshake; who made it has not been asked yet.</summary>
/// <param name="issuers">What came with it; a copy, for the platform's own is gone after the handshake.</param>
internal sealed class ClientCertificate(X509Certificate2 leaf, X509Certificate2Collection issuers)
{
    private Verdict? verdict;

    /// <summary>
    /// Null where one of the authorities vouches for it now, else why not. Worked out once a connection, and anew when the
    /// authorities are others or the certificate has expired.
    /// </summary>
    public string? ProblemBefore(ClientAuthorities authorities, DateTimeOffset now)
    {
        var known = Volatile.Read(ref verdict);
        if (known is null || !ReferenceEquals(known.By, authorities) || now >= known.Until)
        {
            var problem = authorities.ProblemOf(leaf, issuers, now, out var until);
            Volatile.Write(ref verdict, known = new(authorities, until, problem));
        }

        return known.Problem;
    }

    private sealed record Verdict(ClientAuthorities By, DateTimeOffset Until, string? Problem);
}
