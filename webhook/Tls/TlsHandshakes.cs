using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// How a connection is begun: with the certificate of that moment. Where clients are to be known, each is asked for its
/// certificate, and may yet come without one.
/// </summary>
internal sealed class TlsHandshakes(ServingCertificate serving, ClientAuthentication clients)
{
    // Of no honest client; each costs work in every chain that is looked for.
    private const int MostIssuers = 10;

    public TlsHandshakeCallbackOptions Options => new() { OnConnection = Begin };

    private ValueTask<SslServerAuthenticationOptions> Begin(TlsHandshakeCallbackContext context)
    {
        if (serving.Current is not { } certificate)
        {
            throw new AuthenticationException("no certificate is loaded yet");
        }

        if (clients.Authorities is not { } authorities)
        {
            return new(certificate.Options);
        }

        var connection = context.Connection;
        var options = certificate.OptionsOfItsOwn();
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = authorities.Policy();

        // A resumed session has not the issuers that came with the client's certificate.
        options.AllowTlsResume = false;
        options.RemoteCertificateValidationCallback = (_, shown, chain, _) => TryKeep(connection, shown, chain);
        return new(options);
    }

    private static bool TryKeep(ConnectionContext connection, X509Certificate? shown, X509Chain? chain)
    {
        if (shown is null)
        {
            return true;
        }

        var presented = chain?.ChainPolicy.ExtraStore ?? [];
        if (presented.Count > MostIssuers)
        {
            return false;
        }

        var issuers = new X509Certificate2Collection();
        foreach (var issuer in presented)
        {
            issuers.Add(X509CertificateLoader.LoadCertificate(issuer.RawDataMemory.Span));
        }

        connection.Features.Set(new ClientCertificate(X509CertificateLoader.LoadCertificate(shown.GetRawCertData()), issuers));
        return true;
    }
}
