using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Events;
using SelfHealGitOps.Webhook.Policies;
using SelfHealGitOps.Webhook.Telemetry;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// <c>POST /validate</c> and <c>POST /mutate</c>: from the bytes of a review to the bytes of its answer. What is wrong with a
/// request is a 4xx that says so; a bug is a 500, so that the webhook's failurePolicy decides.
/// </summary>
internal sealed partial class ReviewEndpoint(
    PolicyHolder policies,
    Namespaces namespaces,
    TopOwners owners,
    ReviewGate gate,
    ProcessorQueue queue,
    Readiness readiness,
    ReviewCounters counters,
    RuleCounters rules,
    DecisionLog log,
    EventQueue events,
    TimeProvider clock,
    ILogger<ReviewEndpoint> logger)
{
    /// <summary>The API server takes objects of 3 MiB, and a review holds two of them and its own words.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>What it takes to get an answer back to the API server, off the time that it waits.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<ReviewWorkspace> workspaces = [];

    public async Task HandleAsync(HttpContext context, bool mutates)
    {
        var started = clock.GetTimestamp();
        var refusal = RefusalOf(context.Request, out var timeout);
        if (refusal is null && queue.IsTooLong(mutates))
        {
            counters.Shed(mutates);
            refusal = Busy;
        }

        using var span = ReviewTraces.Start(mutates, context.Request);
        var review = new Review(context, mutates, started, timeout > Margin * 2 ? timeout - Margin : timeout, span);
        if (refusal is { } early)
        {
            await FailAsync(review, early);
            return;
        }

        using var body = new ReviewBody(gate);
        try
        {
            var reading = await body.ReadAsync(context.Request, MaxBodyBytes, review.Patience, clock);
            var failure = reading == BodyReading.Whole ? await ReviewAsync(review, body.Memory) : FailureOf(reading, review);
            if (failure is { } late)
            {
                await FailAsync(review, late);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or (IOException and not BadHttpRequestException) && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(review, new(exception.StatusCode, exception.Message));
        }
        catch (Exception exception)
        {
            LogFailed(exception, mutates ? "/mutate" : "/validate");
            await FailAsync(review, new(StatusCodes.Status500InternalServerError, "internal error; the log of the webhook has it"));
        }
    }

    private static Failure Busy => new(StatusCodes.Status503ServiceUnavailable, "too many reviews at once; try again");

    private Failure TooLate(in Review review) =>
        new(StatusCodes.Status504GatewayTimeout, $"no verdict within {clock.GetElapsedTime(review.Started).TotalMilliseconds:0} ms");

    private Failure FailureOf(BodyReading reading, in Review review)
    {
        switch (reading)
        {
            case BodyReading.TooLarge:
                return new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {MaxBodyBytes} bytes");
            case BodyReading.TooSlow:
                return new(StatusCodes.Status408RequestTimeout, $"the body was not there within {review.Patience.TotalMilliseconds:0} ms");
            default:
                counters.Shed(review.Mutates);
                return Busy;
        }
    }

    /// <returns>Null where the review is answered.</returns>
    private async ValueTask<Failure?> ReviewAsync(Review review, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return new Failure(StatusCodes.Status400BadRequest, "the body is empty; must be an AdmissionReview of admission.k8s.io/v1");
        }

        using var pass = gate.Enter(review.Mutates);
        if (!pass.IsGiven)
        {
            counters.Shed(review.Mutates);
            return Busy;
        }

        var workspace = workspaces.TryTake(out var kept) ? kept : new ReviewWorkspace();
        try
        {
            return await JudgeAsync(review, workspace, body);
        }
        finally
        {
            workspace.Clear();
            if (workspace.IsWorthKeeping)
            {
                workspaces.Add(workspace);
            }
            else
            {
                workspace.Dispose();
            }
        }
    }

    private async ValueTask<Failure?> JudgeAsync(Review review, ReviewWorkspace workspace, ReadOnlyMemory<byte> body)
    {
        if (policies.Current is not { } policy)
        {
            return new Failure(StatusCodes.Status503ServiceUnavailable, "no policy is loaded yet");
        }

        var reading = workspace.Reader.Read(new SourceText("request", body));
        if (reading.Document is not { } document)
        {
            return new Failure(
                StatusCodes.Status400BadRequest, $"the body cannot be read: byte {reading.Offset.ToString(CultureInfo.InvariantCulture)}: {reading.Problem}");
        }

        if (!AdmissionRequest.TryRead(document, out var request, out var problem))
        {
            return new Failure(StatusCodes.Status400BadRequest, problem);
        }

        workspace.Reader.Enclose(request.Object, request.OldObject);
        var owner = policy.Settings.Exemptions.Count > 0 ? ControllerOwner.Of(request) : null;
        var facts = new AdmissionFacts(
            request.Namespace is { } name ? await namespaces.FindAsync(name, policy, review.Context.RequestAborted) : null,
            owner is null ? null : await owners.FindAsync(owner, request.Object, review.Context.RequestAborted),
            clock.GetUtcNow());
        if (clock.GetElapsedTime(review.Started) > review.Patience)
        {
            return TooLate(review);
        }

        AdmissionDecision decision;
        workspace.Reviewer.Deadline = new(clock, review.Started, review.Patience);
        try
        {
            decision = review.Mutates ? workspace.Reviewer.Mutate(request, facts, policy) : workspace.Reviewer.Validate(request, facts, policy);
        }
        catch (OverdueException)
        {
            return TooLate(review);
        }

        AdmissionResponse.Write(workspace.Writer, request.Uid, decision);
        workspace.Writer.Flush();

        var response = review.Context.Response;
        response.ContentType = "application/json";
        response.ContentLength = workspace.Answer.Length;
        CloseWhileDraining(review.Context);
        response.BodyWriter.Write(workspace.Answer.Span);
        var verdict = ReviewCounters.VerdictOf(decision);
        if (verdict is Verdict.Denied or Verdict.Corrected)
        {
            // The answer leaves first.
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }

        var isDryRun = request.IsDryRun;
        counters.Judged(review.Mutates, request.Operation, verdict, isDryRun, clock.GetElapsedTime(review.Started));
        ReviewTraces.Note(review.Span, request, decision, verdict);
        if (!ReferenceEquals(decision, AdmissionDecision.Allowed))
        {
            Report(request, decision, policy, verdict, isDryRun, facts.Now);
        }

        return null;
    }

    private void Report(in AdmissionRequest request, AdmissionDecision decision, AdmissionPolicy policy, Verdict verdict, bool isDryRun, DateTimeOffset now)
    {
        if (!isDryRun)
        {
            rules.Count(decision);
        }

        if (verdict is Verdict.Denied or Verdict.Corrected)
        {
            var made = DecisionEvent.Of(request, decision, policy, now);
            log.Note(made);
            events.Offer(made);
        }
    }

    private static Failure? RefusalOf(HttpRequest request, out TimeSpan timeout)
    {
        timeout = ReviewTimeout.Default;
        if (!HttpMethods.IsPost(request.Method))
        {
            return new(StatusCodes.Status405MethodNotAllowed, $"the method is {request.Method}; must be POST");
        }

        if (!IsJson(request.ContentType))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, $"the content type is {request.ContentType ?? "not given"}; must be application/json");
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            return new(StatusCodes.Status415UnsupportedMediaType, $"the content encoding is {encoding}; must be none");
        }

        if (request.ContentLength > MaxBodyBytes)
        {
            return new(StatusCodes.Status413PayloadTooLarge, $"the body has {request.ContentLength} bytes; at most {MaxBodyBytes} are read");
        }

        return !request.QueryString.HasValue || ReviewTimeout.TryFind(request.QueryString.Value, out timeout, out var text)
            ? null
            : new(StatusCodes.Status400BadRequest, $"timeout is {Excerpt.Of(text.ToString())}; must be a duration such as 3s");
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType == "application/json")
        {
            return true;
        }

        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private Task FailAsync(Review review, Failure failure)
    {
        var context = review.Context;
        counters.Failed(review.Mutates, failure.Status, clock.GetElapsedTime(review.Started));
        ReviewTraces.Note(review.Span, failure.Status);
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        // What was written and not sent belongs to no answer.
        response.Clear();
        response.StatusCode = failure.Status;
        response.ContentType = "text/plain; charset=utf-8";
        switch (failure.Status)
        {
            case StatusCodes.Status405MethodNotAllowed:
                response.Headers.Allow = "POST";
                break;
            case StatusCodes.Status503ServiceUnavailable:
                response.Headers.RetryAfter = "1";
                break;
            case StatusCodes.Status408RequestTimeout when HttpProtocol.IsHttp11(context.Request.Protocol):
                response.Headers.Connection = "close";
                break;
        }

        CloseWhileDraining(context);
        return response.WriteAsync(BoundedText.Line(failure.Reason, 1024) + "\n");
    }

    /// <summary>So that nobody sends his next review over a connection that is about to close. HTTP/2 has its own way to say so.</summary>
    private void CloseWhileDraining(HttpContext context)
    {
        if (readiness.IsDraining && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    [LoggerMessage(LogLevel.Error, "A review on {Path} failed")]
    private partial void LogFailed(Exception exception, string path);

    /// <param name="Patience">How long its sender waits, from when it began.</param>
    /// <param name="Span">Null where nobody traces.</param>
    private readonly record struct Review(HttpContext Context, bool Mutates, long Started, TimeSpan Patience, Activity? Span);

    /// <summary>An answer that is no verdict.</summary>
    private readonly record struct Failure(int Status, string Reason);
}
