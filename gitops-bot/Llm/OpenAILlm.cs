using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using OpenAI;
using OpenAI.Chat;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>
/// A model behind any endpoint that speaks OpenAI's protocol. Tries again what is transient, follows no redirect, and says
/// in its errors nothing of what the server said: it may repeat the key, or the question.
/// </summary>
internal sealed class OpenAILlm : ILlm, IDisposable
{
    private readonly LlmSettings settings;
    private readonly Func<CancellationToken, ValueTask<string?>> key;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly OpenAIClientOptions options;
    private readonly IReadOnlyList<SchemaForm> forms;

    /// <summary>The first form that this server has not refused.</summary>
    private int form;

    /// <param name="key">Read for each question anew, so that a renewed key is taken up; null for none.</param>
    public OpenAILlm(LlmSettings settings, Func<CancellationToken, ValueTask<string?>> key, TimeProvider time)
    {
        this.settings = settings;
        this.key = key;
        this.time = time;
        forms = CompletionRequest.Forms(settings.Dialect);
        http = new(new BoundedHandler(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,

                // A proxy would get plain http, and the key in it, to see.
                UseProxy = settings.Endpoint.Scheme == Uri.UriSchemeHttps,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = 64,
                MaxResponseDrainSize = 0,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            },
            settings.MostAnswerBytes))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        options = new()
        {
            Endpoint = settings.Endpoint,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new() { EnableLogging = false },
        };
    }

    public string Name => settings.Model;

    private string Host => settings.Endpoint.Authority;

    public async Task<LlmAnswer> AskAsync(LlmQuestion question, CancellationToken cancellationToken)
    {
        var delay = settings.FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, after) = await TryAsync(question, cancellationToken).ConfigureAwait(false);
            if (answer is not LlmAnswer.Failed { Problem: LlmProblem.Busy or LlmProblem.Failing or LlmProblem.Unreachable or LlmProblem.Slow }
                || attempt >= settings.Attempts
                || after > settings.LongestDelay)
            {
                return answer is LlmAnswer.Failed failed ? failed with { Tries = attempt } : answer;
            }

            var wait = (delay / 2) + (delay / 2 * Random.Shared.NextDouble());
            await Task.Delay(after > wait ? after.Value : wait, time, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<(LlmAnswer Answer, TimeSpan? RetryAfter)> TryAsync(LlmQuestion question, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var (secret, missing) = await ReadKeyAsync(both.Token).ConfigureAwait(false);
            if (missing is not null)
            {
                return Failed(LlmProblem.Unauthorised, $"there is no key for {Host}: {missing}");
            }

            if (string.IsNullOrEmpty(secret) && settings.Dialect == LlmDialect.Vendor)
            {
                return Failed(LlmProblem.Unauthorised, $"there is no key for {Host}");
            }

            if (secret?.Any(character => character is <= ' ' or >= '\x7f') == true)
            {
                return Failed(LlmProblem.Unauthorised, $"the key for {Host} has spaces or characters that no header can hold");
            }

#pragma warning disable OPENAI001 // The constructor that takes a policy is marked as new; the one that takes a key must have one.
            var client = new ChatClient(settings.Model, new LateKey(string.IsNullOrEmpty(secret) ? null : secret), options);
#pragma warning restore OPENAI001
            while (true)
            {
                var at = Volatile.Read(ref form);
                using var body = BinaryContent.Create(CompletionRequest.Body(settings, question, forms[at]));
                var result = await client
                    .CompleteChatAsync(body, new RequestOptions { CancellationToken = both.Token, ErrorOptions = ClientErrorBehaviors.NoThrow })
                    .ConfigureAwait(false);
                using var reply = result.GetRawResponse();
                if (reply.Status is 400 or 422 && at + 1 < forms.Count)
                {
                    // Most likely it does not know this form of schema; if it was something else, the next says so again.
                    Interlocked.CompareExchange(ref form, at + 1, at);
                    continue;
                }

                return Read(reply);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(LlmProblem.Slow, $"{Host} gave no whole answer within {settings.Timeout.TotalSeconds} seconds");
        }
        catch (Exception exception) when (Find<AnswerTooLargeException>(exception) is not null)
        {
            return Failed(LlmProblem.TooLarge, $"{Host} answers with more than {settings.MostAnswerBytes} bytes");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ClientResultException)
        {
            return Find<HttpRequestException>(exception) is { HttpRequestError: HttpRequestError.SecureConnectionError }
                ? Failed(LlmProblem.Untrusted, $"{Host} cannot be spoken to by TLS; trust its authority")
                : Failed(LlmProblem.Unreachable, $"{Host} cannot be reached, or breaks off");
        }
    }

    /// <summary>The key, or what is missing for it: the endpoint has no part in that.</summary>
    private async ValueTask<(string? Key, string? Missing)> ReadKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ((await key(cancellationToken).ConfigureAwait(false))?.Trim(), null);
        }
        catch (IOException exception)
        {
            return (null, exception.Message);
        }
    }

    private (LlmAnswer Answer, TimeSpan? RetryAfter) Read(PipelineResponse reply)
    {
        var after = reply.Headers.TryGetValue("Retry-After", out var text) ? RetryAfter(text) : null;
        switch (reply.Status)
        {
            case 200:
                break;
            case 401 or 403:
                return Failed(LlmProblem.Unauthorised, $"{Host} answers {reply.Status}; the key must be one that it takes");
            case 408 or 429:
                return (new LlmAnswer.Failed(LlmProblem.Busy, $"{Host} answers {reply.Status}"), after);
            case >= 500:
                return (new LlmAnswer.Failed(LlmProblem.Failing, $"{Host} answers {reply.Status}"), after);
            case >= 300 and < 400:
                return Failed(LlmProblem.Rejected, $"{Host} answers {reply.Status}, a redirect; none is followed");
            default:
                return Failed(LlmProblem.Rejected, $"{Host} answers {reply.Status}; wanted 200");
        }

        var type = reply.Headers.TryGetValue("Content-Type", out var header) ? header?.Split(';')[0].Trim() : null;
        return string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase)
            ? (CompletionReply.Read(reply.Content.ToMemory()), null)
            : Failed(LlmProblem.Malformed, "the model's answer cannot be used: it is not of the type application/json");
    }

    private TimeSpan? RetryAfter(string? text) =>
        !System.Net.Http.Headers.RetryConditionHeaderValue.TryParse(text, out var after) ? null : after.Delta ?? (after.Date - time.GetUtcNow());

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static (LlmAnswer Answer, TimeSpan? RetryAfter) Failed(LlmProblem problem, string message) => (new LlmAnswer.Failed(problem, message), null);
}
