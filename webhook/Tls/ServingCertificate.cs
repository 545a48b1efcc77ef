namespace SelfHealGitOps.Webhook.Tls;

/// <summary>The certificate that new connections are served with. Replaced while others go on with the one they began with.</summary>
internal sealed class ServingCertificate
{
    private ServedCertificate? current;

    /// <summary>Null until one is loaded.</summary>
    public ServedCertificate? Current => Volatile.Read(ref current);

    public void Replace(ServedCertificate certificate) => Volatile.Write(ref current, certificate);
}
