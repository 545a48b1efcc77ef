namespace SelfHealGitOps.Webhook.Tls;

/// <summary>What became of reading a certificate and its key.</summary>
internal abstract record CertificateReading
{
    private CertificateReading()
    {
    }

    public sealed record Accepted(ServedCertificate Certificate) : CertificateReading;

    /// <param name="Reason">The file, what is wrong with it, and what is wanted; nothing of the key.</param>
    public sealed record Refused(string Reason) : CertificateReading;
}
