using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>
/// JSON to and from the API of a forge. Redirects are not followed, for the token would go along; answers are bounded in
/// time and size; what is transient is tried again, writes only where the forge says that it has not acted on them.
/// </summary>
/// <param name="root">Of the API, with a slash at its end.</param>
/// <param name="authorize">The value of the header Authorization. Asked before each request.</param>
internal sealed partial class ForgeConnection(
    string forge,
    Uri root,
    Func<CancellationToken, ValueTask<string>> authorize,
    string accept,
    IReadOnlyDictionary<string, string> headers,
    ForgeLimits limits,
    TimeProvider time,
    HttpMessageHandler? handler = null) : IDisposable
{
    private const int MaxMessage = 300;

    private readonly HttpMessageInvoker http = new(handler ?? NewHandler(), disposeHandler: handler is null);
    private readonly Dictionary<string, (string ETag, byte[] Body, Uri? Next)> cache = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int keptBytes;

    public int PageSize => limits.PageSize;

    public TimeProvider Time => time;

    /// <summary>How many requests have been made that may have changed something.</summary>
    public int Writes { get; private set; }

    public void Dispose() => http.Dispose();

    public Task<ForgeReply> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, new Uri(root, path), null, cancellationToken);

    public Task<ForgeReply> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken) =>
        SendAsync(method, new Uri(root, path), body, cancellationToken);

    /// <summary>The same, of what has to succeed.</summary>
    public async Task<ForgeReply> RequireAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(method, path, body, cancellationToken);
        return reply.IsSuccess ? reply : throw Refused(method, new Uri(root, path), reply);
    }

    /// <summary>The items of all pages.</summary>
    /// <param name="field">Where an answer has its items; null where it is the list itself.</param>
    public async Task<IReadOnlyList<ForgeAnswer>> ListAsync(string path, CancellationToken cancellationToken, string? field = null) =>
        await ListNewestAsync(path, cancellationToken, field) is (var items, AreAll: true) ? items : throw Broken(HttpMethod.Get, new Uri(root, path), $"there are more than {limits.MaxPages} pages");

    /// <summary>The items of as many pages as are read, and whether these are all.</summary>
    public async Task<(IReadOnlyList<ForgeAnswer> Items, bool AreAll)> ListNewestAsync(string path, CancellationToken cancellationToken, string? field = null)
    {
        var items = new List<ForgeAnswer>();
        var next = new Uri(root, path);
        for (var page = 0; page < limits.MaxPages; page++)
        {
            var reply = await SendAsync(HttpMethod.Get, next, null, cancellationToken);
            if (!reply.IsSuccess)
            {
                throw Refused(HttpMethod.Get, next, reply);
            }

            var answer = reply.Answer ?? throw Broken(HttpMethod.Get, next, "the answer is empty");
            var before = items.Count;
            items.AddRange(field is null ? answer.Items : answer.Find(field)?.Items ?? []);
            if (reply.Next is null)
            {
                if (items.Count - before >= limits.PageSize)
                {
                    // Another page may follow this one, and its own tag would not show that.
                    Forget(next);
                }

                return (items, true);
            }

            next = reply.Next;
        }

        return (items, false);
    }

    public ForgeException Refused(HttpMethod method, string path, ForgeReply reply) => Refused(method, new Uri(root, path), reply);

    private async Task<ForgeReply> SendAsync(HttpMethod method, Uri address, JsonNode? body, CancellationToken cancellationToken)
    {
        Writes += method == HttpMethod.Get ? 0 : 1;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(method, address, body, cancellationToken);
            }
            catch (ForgeException exception) when (exception.IsTransient && tries < limits.Tries && (method == HttpMethod.Get || exception.RetryAfter is not null))
            {
                var wait = exception.RetryAfter ?? TimeSpan.FromMilliseconds(250 << tries);
                if (wait > limits.MaxWait)
                {
                    throw;
                }

                // Up to as much again, so that bots that failed together do not come back together.
                await limits.Wait(wait + (wait * (RandomNumberGenerator.GetInt32(1000) / 2000.0)), cancellationToken);
            }
        }
    }

    private async Task<ForgeReply> TryAsync(HttpMethod method, Uri address, JsonNode? body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.TryAddWithoutValidation("User-Agent", "selfheal");
            request.Headers.TryAddWithoutValidation("Authorization", await authorize(either.Token));
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            if (body is not null)
            {
                request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
            }

            var known = method == HttpMethod.Get ? Cached(address) : null;
            if (known is { } old)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", old.ETag);
            }

            using var response = await http.SendAsync(request, either.Token);
            return await ReadAsync(method, address, response, known, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ForgeException(forge, Call(method, address), $"no answer within {limits.Timeout.TotalSeconds:0.#} seconds", "try again later", isTransient: true, fault: ForgeFault.Slow);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or AuthenticationException)
        {
            throw new ForgeException(
                forge, Call(method, address), $"no answer: {exception.GetBaseException().Message}", "see whether the forge runs and can be reached from here",
                isTransient: exception.GetBaseException() is not AuthenticationException, fault: ForgeFault.Unreachable);
        }
    }

    private async Task<ForgeReply> ReadAsync(
        HttpMethod method, Uri address, HttpResponseMessage response, (string ETag, byte[] Body, Uri? Next)? known, CancellationToken cancellationToken)
    {
        var code = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.NotModified && known is { } same)
        {
            // GitHub's tag is that of the body alone: a page that is full keeps it when another follows.
            return new(HttpStatusCode.OK, Parse(method, address, same.Body), "", Next(address, response) ?? same.Next);
        }

        if (code is >= 300 and < 400)
        {
            throw new ForgeException(
                forge, Call(method, address), $"it redirects ({code.ToString(CultureInfo.InvariantCulture)}), and redirects are not followed, for the token would go along",
                "give the address that it redirects to; a repository that was renamed has a new one", isTransient: false, fault: ForgeFault.Redirects);
        }

        var bytes = await BoundedAsync(method, address, response, cancellationToken);
        if (code is >= 200 and < 300)
        {
            var answer = bytes.Length == 0 ? (ForgeAnswer?)null : Parse(method, address, bytes);
            var next = Next(address, response);
            if (method == HttpMethod.Get && response.Headers.ETag is { } tag)
            {
                Keep(address, (tag.ToString(), bytes, next));
            }

            return new(response.StatusCode, answer, "", next);
        }

        var message = Message(bytes);
        if (Leave(response, message) is { } wait)
        {
            throw new ForgeException(forge, Call(method, address), $"too many requests ({code.ToString(CultureInfo.InvariantCulture)})", $"it wants to be left alone for {wait.TotalSeconds:0} seconds", isTransient: true, retryAfter: wait, fault: ForgeFault.RateLimited);
        }

        return code is 408 or 429 or >= 500
            ? throw new ForgeException(forge, Call(method, address), $"{code.ToString(CultureInfo.InvariantCulture)} {message}".TrimEnd(), "try again later", isTransient: true, fault: ForgeFault.Failing)
            : new(response.StatusCode, null, message, null);
    }

    private async Task<byte[]> BoundedAsync(HttpMethod method, Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (all.Length + read > limits.MaxAnswerBytes)
            {
                throw Broken(method, address, $"it is longer than {limits.MaxAnswerBytes} bytes");
            }

            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    private ForgeAnswer Parse(HttpMethod method, Uri address, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            return new(forge, Call(method, address), "$", document.RootElement.Clone());
        }
        catch (JsonException)
        {
            throw Broken(method, address, "it is no JSON, or a part of it");
        }
    }

    /// <summary>How long the forge wants to be left alone; null where it says nothing of that.</summary>
    private TimeSpan? Leave(HttpResponseMessage response, string message)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return null;
        }

        var after = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date is { } date ? date - time.GetUtcNow() : null);
        if (after is null && Header(response, "x-ratelimit-remaining") == "0"
            && long.TryParse(Header(response, "x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset) && reset < 253_402_300_800)
        {
            after = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow() + TimeSpan.FromSeconds(1);
        }

        // GitHub's advice for the secondary limit where it names no time.
        after ??= response.StatusCode == HttpStatusCode.Forbidden && message.Contains("secondary rate limit", StringComparison.OrdinalIgnoreCase) ? TimeSpan.FromMinutes(1) : null;
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }

    /// <summary>
    /// Of the next page, what is asked for is taken and nothing else: a forge behind a proxy names itself otherwise, and the
    /// token goes to no other host.
    /// </summary>
    private static Uri? Next(Uri address, HttpResponseMessage response) =>
        Header(response, "Link") is { } link && NextLink().Match(link) is { Success: true } match && Uri.TryCreate(address, match.Groups[1].Value, out var next)
            ? new UriBuilder(address) { Query = next.Query }.Uri
            : null;

    private (string ETag, byte[] Body, Uri? Next)? Cached(Uri address)
    {
        lock (gate)
        {
            return cache.TryGetValue(address.AbsoluteUri, out var known) ? known : null;
        }
    }

    private void Keep(Uri address, (string ETag, byte[] Body, Uri? Next) answer)
    {
        lock (gate)
        {
            Forget(address);
            if (keptBytes + answer.Body.Length > limits.MaxKeptBytes)
            {
                cache.Clear();
                keptBytes = 0;
            }

            if (answer.Body.Length <= limits.MaxKeptBytes)
            {
                cache[address.AbsoluteUri] = answer;
                keptBytes += answer.Body.Length;
            }
        }
    }

    private void Forget(Uri address)
    {
        lock (gate)
        {
            if (cache.Remove(address.AbsoluteUri, out var old))
            {
                keptBytes -= old.Body.Length;
            }
        }
    }

    private ForgeException Refused(HttpMethod method, Uri address, ForgeReply reply)
    {
        var remedy = reply.Status switch
        {
            HttpStatusCode.Unauthorized => "see whether the token is right and has not expired",
            HttpStatusCode.Forbidden => "give the token the right to do this in the repository",
            HttpStatusCode.NotFound => "see whether owner and repository are spelled right and the token may see them",
            _ => "see what it says; trying again is of no use",
        };
        return new(forge, Call(method, address), $"{((int)reply.Status).ToString(CultureInfo.InvariantCulture)} {reply.Message}".TrimEnd(), remedy, isTransient: false, fault: reply.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ForgeFault.Unauthorized,
            HttpStatusCode.NotFound => ForgeFault.NotFound,
            _ => ForgeFault.Refused,
        });
    }

    private ForgeException Broken(HttpMethod method, Uri address, string problem) =>
        new(forge, Call(method, address), $"the answer makes no sense: {problem}", "see whether the address is that of the forge's API and no proxy stands in between", isTransient: false, fault: ForgeFault.Nonsense);

    /// <summary>Path alone: what is asked for can name somebody.</summary>
    private static string Call(HttpMethod method, Uri address) => $"{method} {address.AbsolutePath}";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>What the forge says of a refusal, on one line; a page of HTML says nothing.</summary>
    private static string Message(byte[] bytes)
    {
        try
        {
            if (JsonNode.Parse(bytes) is not JsonObject { } body || body["message"] is not JsonValue text || !text.TryGetValue<string>(out var message))
            {
                return "";
            }

            var details = body["errors"] is JsonArray errors
                ? string.Concat(errors.OfType<JsonObject>().Select(error => error["message"] is JsonValue detail && detail.TryGetValue<string>(out var said) ? $": {said}" : ""))
                : "";
            var line = Report.Printable.Of((message + details).Replace('\n', ' '));
            return line.Length <= MaxMessage ? line : line[..MaxMessage];
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = DecompressionMethods.None,
    };

    [GeneratedRegex("<([^<>]{1,2000})>\\s*;\\s*rel=\"next\"", RegexOptions.CultureInvariant)]
    private static partial Regex NextLink();
}
