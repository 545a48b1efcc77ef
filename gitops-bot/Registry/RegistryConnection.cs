using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// The way to registries: whom may be asked, credentials, redirects, patience and bounds, and nothing of what is asked.
/// No proxy is used: one would look up names out of our sight.
/// </summary>
internal sealed class RegistryConnection : IDisposable
{
    private readonly RegistrySettings settings;
    private readonly TimeProvider time;
    private readonly DockerConfig? docker;
    private readonly HttpMessageInvoker invoker;
    private readonly ConcurrentDictionary<(string Endpoint, string Scope), Token> tokens = new();

    /// <param name="resolve">Looks up names; null for the system's way.</param>
    public RegistryConnection(RegistrySettings settings, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        this.settings = settings;
        this.time = time;
        docker = settings.DockerConfig is { } path ? new(path, new(settings.Limits.HelperTimeout, time)) : null;
        resolve ??= Dns.GetHostAddressesAsync;
        invoker = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellationToken) => GuardedSocket.ConnectAsync(context, settings, resolve, cancellationToken),
        });
    }

    private RegistryLimits Limits => settings.Limits;

    /// <summary>Asks a registry, again where what goes wrong is transient.</summary>
    /// <param name="name">The registry as images name it, by which its credentials are found.</param>
    /// <param name="repository">That the question is about; of nothing else a token is asked for.</param>
    public async Task<RegistryReply> SendAsync(
        string name, RegistryHost host, HttpMethod method, Uri url, string repository, string accept, int maxBytes, CancellationToken cancellationToken)
    {
        var call = new Call(name, host, repository, accept, maxBytes);
        var delay = Limits.FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            var (reply, after) = await TryAsync(method, url, call, cancellationToken).ConfigureAwait(false);
            if (reply is not RegistryReply.Failed { Code: AbsenceCode.Busy or AbsenceCode.Failing or AbsenceCode.Unreachable or AbsenceCode.Slow }
                || attempt >= Limits.Attempts
                || after > Limits.LongestDelay)
            {
                return reply is RegistryReply.Failed failed ? failed with { Tries = attempt } : reply;
            }

            var wait = (delay / 2) + (delay / 2 * Random.Shared.NextDouble());
            await Task.Delay(after > wait ? after.Value : wait, time, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    public void Dispose() => invoker.Dispose();

    /// <summary>One attempt, with the redirects and the one request for a token that belong to it, all within the time for a call.</summary>
    private async Task<(RegistryReply Reply, TimeSpan? RetryAfter)> TryAsync(HttpMethod method, Uri url, Call call, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limits.CallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await AskAsync(method, url, call, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(AbsenceCode.Slow, $"{Hosts.Of(url)} gave no whole answer within {Limits.CallTimeout.TotalSeconds} seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Cause(exception) is AddressRefusedException refused
                ? Failed(AbsenceCode.NotAllowed, $"{refused.Message}; name the host itself under registries if that is meant")
                : exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                ? Failed(AbsenceCode.Untrusted, $"{Hosts.Of(url)} cannot be spoken to by TLS: {Cause(exception).Message}; trust its authority, or mark the host insecure if it has plain http only")
                : Failed(AbsenceCode.Unreachable, $"{Hosts.Of(url)} cannot be reached: {Cause(exception).Message}");
        }
    }

    private async Task<(RegistryReply Reply, TimeSpan? RetryAfter)> AskAsync(HttpMethod method, Uri url, Call call, CancellationToken cancellationToken)
    {
        // A token that another question has brought may be too old by now: then there is one fresh one.
        var scope = $"repository:{call.Repository}:pull";
        var authorization = tokens.TryGetValue((call.Host.Endpoint, scope), out var token) && token.Until > time.GetUtcNow() ? token.Header : null;
        var isFresh = false;
        var at = url;
        for (var redirects = 0; ;)
        {
            using var request = new HttpRequestMessage(method, at);
            request.Headers.TryAddWithoutValidation("Accept", call.Accept);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            request.Headers.TryAddWithoutValidation("User-Agent", "selfheal");
            var isHome = at.Scheme == url.Scheme && at.Authority == url.Authority;
            request.Headers.Authorization = isHome ? authorization : null;
            using var answer = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.Unauthorized && isHome && !isFresh)
            {
                var (header, problem) = await AuthorizeAsync(answer, scope, url, call, cancellationToken).ConfigureAwait(false);
                if (header is null)
                {
                    return problem;
                }

                (authorization, isFresh) = (header, true);
                continue;
            }

            if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308)
            {
                if (++redirects > Limits.Redirects)
                {
                    return Failed(AbsenceCode.NotAllowed, $"{Hosts.Of(url)} redirects more than {Limits.Redirects} times");
                }

                if (answer.Headers.Location is not { } location)
                {
                    return Failed(AbsenceCode.Malformed, $"{Hosts.Of(at)} redirects without saying where to");
                }

                at = location.IsAbsoluteUri ? location : new Uri(at, location);
                if (WhyNotTo(at, call.Host, url) is { } reason)
                {
                    return Failed(AbsenceCode.NotAllowed, reason);
                }

                continue;
            }

            return await ReadAsync(method, at, answer, call, cancellationToken).ConfigureAwait(false);
        }
    }

    private string? WhyNotTo(Uri target, RegistryHost host, Uri from)
    {
        var authority = Hosts.Of(target);
        return target.Scheme != Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttp
                ? $"{Hosts.Of(from)} redirects to {Excerpt.Of(target.Scheme)}, which is not https"
            : !host.MayRedirectTo(authority)
                ? $"{Hosts.Of(from)} redirects to {Excerpt.Of(authority)}, which is not allowed; name it under redirectsTo of that registry if it is meant"
            : target.Scheme == Uri.UriSchemeHttp && !settings.MayBePlain(authority)
                ? $"{Hosts.Of(from)} redirects to {Excerpt.Of(authority)} by plain http, which only hosts that are marked insecure may be spoken to by"
            : null;
    }

    private async Task<(RegistryReply Reply, TimeSpan? RetryAfter)> ReadAsync(
        HttpMethod method, Uri at, HttpResponseMessage answer, Call call, CancellationToken cancellationToken)
    {
        var (from, status) = (Hosts.Of(at), (int)answer.StatusCode);
        var after = RetryAfter(answer);
        switch (status)
        {
            case 200:
                break;
            case 401 or 403:
                tokens.TryRemove((call.Host.Endpoint, $"repository:{call.Repository}:pull"), out _);
                return Failed(
                    AbsenceCode.Unauthorised,
                    $"{from} refuses {call.Repository} with {status}; the credentials for {call.Name} in the Docker configuration must be allowed to pull it");
            case 404:
                return Failed(AbsenceCode.UnknownImage, $"{from} has no such thing: {at.AbsolutePath}");
            case 429:
                return (new RegistryReply.Failed(AbsenceCode.Busy, $"{from} answers 429, too many requests"), after);
            case >= 500:
                return (new RegistryReply.Failed(AbsenceCode.Failing, $"{from} answers {status}"), after);
            default:
                return Failed(AbsenceCode.Malformed, $"{from} answers {status}; wanted 200");
        }

        ReadOnlyMemory<byte> bytes = default;
        if (method != HttpMethod.Head)
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (answer.Content.Headers.ContentLength > call.MaxBytes
                    || await Bounded.ReadAsync(stream, call.MaxBytes, cancellationToken).ConfigureAwait(false) is not { } all)
                {
                    return Failed(AbsenceCode.TooLarge, $"{from} answers with more than {call.MaxBytes} bytes to {at.AbsolutePath}");
                }

                bytes = all;
            }
        }

        return (new RegistryReply.Done(
            at,
            bytes,
            Header(answer.Content.Headers, "Content-Type")?.Split(';')[0].Trim(),
            Header(answer.Headers, "Docker-Content-Digest"),
            Header(answer.Headers, "Link")), null);
    }

    /// <summary>What to put into the header after a 401; or why there is nothing.</summary>
    private async Task<(AuthenticationHeaderValue? Header, (RegistryReply Reply, TimeSpan? RetryAfter) Problem)> AuthorizeAsync(
        HttpResponseMessage answer, string scope, Uri url, Call call, CancellationToken cancellationToken)
    {
        var from = Hosts.Of(url);
        var headers = answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? [.. values] : Array.Empty<string>();
        if (Challenge.Find(headers) is not { } challenge)
        {
            return (null, Failed(AbsenceCode.Unauthorised, $"{from} answers 401 and names neither Bearer nor Basic; must name one of them"));
        }

        var reading = docker is null
            ? new CredentialsReading.None()
            : await docker.FindAsync(call.Host.CredentialKey ?? call.Name, cancellationToken).ConfigureAwait(false);
        if (reading is CredentialsReading.Failed failed)
        {
            return (null, Failed(AbsenceCode.BadCredentials, failed.Message));
        }

        var credentials = (reading as CredentialsReading.Found)?.Credentials;
        if (challenge.Scheme == "basic")
        {
            return credentials is null
                ? (null, Failed(AbsenceCode.Unauthorised, $"{from} wants a user and a password, and the Docker configuration has none for {call.Host.CredentialKey ?? call.Name}"))
                : (new("Basic", credentials.Basic), default);
        }

        return await FetchTokenAsync(challenge, credentials, scope, url, call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Asks the token server for this repository and pulling alone, whatever scope the registry would like. It is shown the
    /// credentials, so it has to be the registry's own host, or the one that the owner names.
    /// </summary>
    private async Task<(AuthenticationHeaderValue? Header, (RegistryReply Reply, TimeSpan? RetryAfter) Problem)> FetchTokenAsync(
        Challenge challenge, RegistryCredentials? credentials, string scope, Uri url, Call call, CancellationToken cancellationToken)
    {
        var from = Hosts.Of(url);
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm) || (realm.Scheme != Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttp))
        {
            return (null, Failed(AbsenceCode.Malformed, $"{from} sends us for a token to {Excerpt.Of(challenge.Realm ?? "")}, which is no URL of https"));
        }

        var server = Hosts.Of(realm);
        if (server != from && server != call.Host.TokenServer)
        {
            return (null, Failed(
                AbsenceCode.NotAllowed,
                $"{from} sends us for a token to {Excerpt.Of(server)}, which is not allowed; name it as tokenServer of {call.Name} if it is meant"));
        }

        if (realm.Scheme == Uri.UriSchemeHttp && !settings.MayBePlain(server))
        {
            return (null, Failed(AbsenceCode.NotAllowed, $"{from} sends us for a token to {Excerpt.Of(server)} by plain http, which only hosts that are marked insecure may be spoken to by"));
        }

        var query = $"{(realm.Query.Length > 1 ? realm.Query + "&" : "?")}scope={Uri.EscapeDataString(scope)}"
            + (challenge.Service is { } service ? $"&service={Uri.EscapeDataString(service)}" : "");
        using var request = new HttpRequestMessage(HttpMethod.Get, realm.GetLeftPart(UriPartial.Path) + query);
        request.Headers.TryAddWithoutValidation("User-Agent", "selfheal");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (credentials is not null)
        {
            request.Headers.Authorization = new("Basic", credentials.Basic);
        }

        using var answer = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var (reply, after) = await ReadAsync(
            HttpMethod.Get, realm, answer, call with { MaxBytes = Limits.MaxTokenBytes }, cancellationToken).ConfigureAwait(false);
        if (reply is not RegistryReply.Done done)
        {
            return (null, reply is RegistryReply.Failed { Code: AbsenceCode.UnknownImage }
                ? Failed(AbsenceCode.Malformed, $"{server} hands out no tokens: it answers 404")
                : (reply, after));
        }

        using var json = Json.ParseObject(done.Bytes);
        var text = json is null ? null : Json.Text(json.RootElement, "token") ?? Json.Text(json.RootElement, "access_token");
        if (text is null || text.Length == 0 || text.Any(character => character is <= ' ' or >= '\x7f'))
        {
            return (null, Failed(AbsenceCode.Malformed, $"{server} answers without a token"));
        }

        // 60 seconds is what the protocol says where nothing is said. The margin is for clocks and the way there.
        var life = TimeSpan.FromSeconds(Math.Clamp(Json.Number(json!.RootElement, "expires_in") ?? 60, 0, 3600)) - TimeSpan.FromSeconds(10);
        var token = new Token(new("Bearer", text), time.GetUtcNow() + life);
        tokens[(call.Host.Endpoint, scope)] = token;
        return (token.Header, default);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - time.GetUtcNow()) : null;

    private static string? Header(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static Exception Cause(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }

    private static (RegistryReply Reply, TimeSpan? RetryAfter) Failed(AbsenceCode code, string message) => (new RegistryReply.Failed(code, message), null);

    private sealed record Call(string Name, RegistryHost Host, string Repository, string Accept, int MaxBytes);

    private sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset Until);
}
