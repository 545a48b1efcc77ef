using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SelfHealGitOps.Webhook.Telemetry;

namespace SelfHealGitOps.Webhook.Events;

/// <summary>
/// Sends events in batches, one after the other. What fails in passing is tried again, ever more slowly; what is refused is
/// dropped, counted and said. No redirect is followed: the token is for one receiver.
/// </summary>
internal sealed partial class EventSender : BackgroundService
{
    private const int MostEvents = 100;
    private const int MostBatchBytes = 512 * 1024;
    private const int MostAttempts = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Time for more to come, so that a storm makes few requests.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly WebhookOptions options;
    private readonly EventQueue queue;
    private readonly TimeProvider clock;
    private readonly ILogger<EventSender> logger;
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    private readonly List<byte[]> batch = [];
    private long sent;
    private long lost;
    private string? lastProblem;

    public EventSender(WebhookOptions options, EventQueue queue, TimeProvider clock, ILogger<EventSender> logger) =>
        (this.options, this.queue, this.clock, this.logger) = (options, queue, clock, logger);

    /// <summary>Events that were received.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>Events that were refused, or tried too often.</summary>
    public long Lost => Volatile.Read(ref lost);

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.WaitAsync(stoppingToken))
            {
                await Task.Delay(Linger, clock, stoppingToken);
                queue.Fill(batch, MostEvents, MostBatchBytes);
                await DeliverAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FlushAsync();
        }
    }

    private async Task FlushAsync()
    {
        using var patience = new CancellationTokenSource(LastPatience, clock);
        while (!patience.IsCancellationRequested)
        {
            queue.Fill(batch, MostEvents, MostBatchBytes);
            if (batch.Count == 0)
            {
                return;
            }

            try
            {
                Settle(await TryAsync(patience.Token) is null);
            }
            catch (OperationCanceledException)
            {
                Settle(wasReceived: false);
            }
        }
    }

    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await TryAsync(cancellationToken);
            if (failure is null || !failure.IsPassing || attempt == MostAttempts)
            {
                Settle(failure is null);
                Say(failure?.Reason);
                return;
            }

            Say(failure.Reason);
            var pause = TimeSpan.FromSeconds(Math.Min(0.5 * Math.Pow(2, attempt - 1), LongestPause.TotalSeconds) * (0.5 + (Random.Shared.NextDouble() / 2)));
            pause = failure.RetryAfter is { } asked && asked > pause ? (asked < LongestPause ? asked : LongestPause) : pause;
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    private void Settle(bool wasReceived)
    {
        Interlocked.Add(ref wasReceived ? ref sent : ref lost, batch.Count);
        batch.Clear();
    }

    /// <summary>A line for each change, not for each attempt.</summary>
    private void Say(string? problem)
    {
        if (problem == lastProblem)
        {
            return;
        }

        lastProblem = problem;
        if (problem is null)
        {
            LogReceived();
        }
        else
        {
            LogProblem(problem);
        }
    }

    /// <returns>Null where they were received.</returns>
    private async Task<Failure?> TryAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.EventsUrl) { Content = Content() };
            if (options.EventsTokenFile is { } file)
            {
                var token = (await File.ReadAllTextAsync(file, either.Token)).Trim();
                if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('\x21', '\x7e'))
                {
                    return new(true, "the token file holds no token; must be one line of printable ASCII");
                }

                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await http.SendAsync(request, either.Token);
            if (response.IsSuccessStatusCode)
            {
                return null;
            }

            // A token that is refused may be replaced at any moment.
            var isPassing = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized
                || (int)response.StatusCode >= 500;
            return new(isPassing, $"the receiver has answered {(int)response.StatusCode}", response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(true, $"no answer within {Patience.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return new(true, exception is HttpRequestException ? $"no connection: {exception.Message}" : $"the token file cannot be read: {exception.Message}");
        }
    }

    private ByteArrayContent Content()
    {
        var text = new ArrayBufferWriter<byte>(batch.Sum(each => each.Length + 1) + 256);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion"u8, "selfheal.io/v1"u8);
            json.WriteString("kind"u8, "AdmissionEvents"u8);
            json.WriteString("sender"u8, Environment.MachineName);
            json.WriteString("version"u8, ProcessMetrics.Version);
            json.WriteStartArray("events"u8);
            foreach (var each in batch)
            {
                json.WriteRawValue(each, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        var content = new ByteArrayContent(text.WrittenSpan.ToArray());
        content.Headers.ContentType = new("application/json");
        return content;
    }

    [LoggerMessage(LogLevel.Warning, "Events are not received: {Reason}")]
    private partial void LogProblem(string reason);

    [LoggerMessage(LogLevel.Information, "Events are received again")]
    private partial void LogReceived();

    /// <param name="IsPassing">True where trying again may help.</param>
    private sealed record Failure(bool IsPassing, string Reason, TimeSpan? RetryAfter = null);
}
