using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// The way to one API server: TLS, who we are, and nothing of what is asked. Never follows a redirect, which could carry
/// the token elsewhere, and keeps no cookies.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly ClusterAccess access;
    private readonly CredentialSource credentials;
    private readonly string root;
    private readonly Lock gate = new();
    private HttpMessageInvoker? invoker;
    private ClientCertificate? shown;

    public ApiConnection(ClusterAccess access, TimeProvider time)
    {
        this.access = access;
        credentials = new(access.Credentials, time);
        root = access.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    /// <summary>
    /// The answer, its body not read yet; or what credentials failed for. Where the server does not know us, it is asked
    /// once more with fresh credentials, if there are any: it has not acted on the first request.
    /// </summary>
    public async Task<(HttpResponseMessage? Answer, string? Problem)> SendAsync(
        HttpMethod method, string pathAndQuery, string accept, ReadOnlyMemory<byte>? body, string contentType, CancellationToken cancellationToken)
    {
        CredentialReading.Ready? rejected = null;
        while (true)
        {
            var reading = await credentials.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (reading is not CredentialReading.Ready ready)
            {
                return (null, ((CredentialReading.Failed)reading).Reason);
            }

            using var request = Request(method, pathAndQuery, accept, ready);
            if (body is { } bytes)
            {
                request.Content = new ReadOnlyMemoryContent(bytes);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            }

            var answer = await Invoker(ready.Certificate ?? access.Certificate).SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || rejected is not null)
            {
                return (answer, null);
            }

            credentials.Reject(ready);
            if (await credentials.ReadAsync(cancellationToken).ConfigureAwait(false) is not CredentialReading.Ready fresh || fresh == ready)
            {
                return (answer, null);
            }

            answer.Dispose();
            rejected = ready;
        }
    }

    public void Dispose()
    {
        invoker?.Dispose();
        credentials.Dispose();
    }

    private HttpRequestMessage Request(HttpMethod method, string pathAndQuery, string accept, CredentialReading.Ready ready)
    {
        var request = new HttpRequestMessage(method, root + pathAndQuery)
        {
            Version = access.Server.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "selfheal");
        if (access.TlsServerName is not null)
        {
            // The handler takes the name for TLS from here; the API server itself does not look at it.
            request.Headers.Host = access.TlsServerName;
        }

        if (ready.Token is not null)
        {
            request.Headers.Authorization = new("Bearer", ready.Token);
        }

        if (access.Impersonation is { } other)
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", other.User);
            if (other.Uid is not null)
            {
                request.Headers.TryAddWithoutValidation("Impersonate-Uid", other.Uid);
            }

            foreach (var group in other.Groups)
            {
                request.Headers.TryAddWithoutValidation("Impersonate-Group", group);
            }

            foreach (var (key, values) in other.Extra)
            {
                foreach (var value in values)
                {
                    request.Headers.TryAddWithoutValidation("Impersonate-Extra-" + Uri.EscapeDataString(key), value);
                }
            }
        }

        return request;
    }

    private HttpMessageInvoker Invoker(ClientCertificate? certificate)
    {
        lock (gate)
        {
            if (invoker is null || shown != certificate)
            {
                // The one before is left to the collector: requests may still be under way on it.
                invoker = new HttpMessageInvoker(Handler(certificate));
                shown = certificate;
            }

            return invoker;
        }
    }

    private SocketsHttpHandler Handler(ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            // A server that is gone without a word is found out by asking.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            UseProxy = access.Proxy is not null || !access.IgnoresProxyEnvironment,
        };
        if (access.Proxy is { } proxy)
        {
            var user = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
            handler.Proxy = new WebProxy(proxy)
            {
                Credentials = proxy.UserInfo.Length == 0 ? null : new NetworkCredential(user[0], user.Length > 1 ? user[1] : ""),
            };
        }

        handler.SslOptions.ClientCertificateContext = certificate?.Context;
        if (access.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The owner asked for it, in so many words, in the kubeconfig.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (access.Authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(access.Authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
