using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>When a certificate is valid, in universal time; the platform has it in local time without saying so.</summary>
internal static class Validity
{
    public static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) Of(X509Certificate2 certificate) =>
        (new(certificate.NotBefore.ToUniversalTime()), new(certificate.NotAfter.ToUniversalTime()));
}
