namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Whether whoever sent a request may ask for a review. Without authorities anybody may; with them, whoever showed a
/// certificate of theirs. Asked request by request, not in the handshake: the kubelet's probes bring no certificate, and an
/// authority that is taken away ends what goes on in connections begun before.
/// </summary>
internal sealed class ClientAuthentication(TimeProvider clock)
{
    private ClientAuthorities? authorities;

    /// <summary>Null where anybody may ask.</summary>
    public ClientAuthorities? Authorities => Volatile.Read(ref authorities);

    public void Replace(ClientAuthorities replacement) => Volatile.Write(ref authorities, replacement);

    /// <summary>Null where the request may be answered.</summary>
    public (int Status, string Reason)? RefusalOf(HttpContext context)
    {
        if (Authorities is not { } known)
        {
            return null;
        }

        if (context.Features.Get<ClientCertificate>() is not { } shown)
        {
            return (StatusCodes.Status401Unauthorized, "no client certificate was shown; must be one of the authorities that --client-ca names");
        }

        return shown.ProblemBefore(known, clock.GetUtcNow()) is { } problem
            ? (StatusCodes.Status403Forbidden, $"the client certificate is refused: {problem}; must be a client's, valid now, of the authorities that --client-ca names")
            : null;
    }
}
