using System.Collections.Concurrent;
using System.Globalization;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Policies;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// <c>POST /validate</c> and <c>POST /mutate</c>: from the bytes of a review to the bytes of its answer. What is wrong with a
/// request is a 4xx that says so; a bug is a 500, so that the webhook's failurePolicy decides.
/// </summary>
internal sealed partial class ReviewEndpoint(
    PolicyHolder policies, Namespaces namespaces, ReviewGate gate, TimeProvider clock, ILogger<ReviewEndpoint> logger)
{
    /// <summary>The API server takes objects of 3 MiB, and a review holds two of them and its own words.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>What it takes to get an answer back to the API server, off the time that it waits.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentBag<ReviewWorkspace> workspaces = [];

    public async Task HandleAsync(HttpContext context, bool mutates)
    {
        if (RefusalOf(context.Request, out var timeout) is var (status, reason))
        {
            await AnswerAsync(context.Response, status, reason);
            return;
        }

        var started = clock.GetTimestamp();
        using var pass = gate.Enter(mutates);
        if (!pass.IsGiven)
        {
            context.Response.Headers.RetryAfter = "1";
            await AnswerAsync(context.Response, StatusCodes.Status503ServiceUnavailable, "too many reviews at once; try again");
            return;
        }

        var workspace = workspaces.TryTake(out var kept) ? kept : new ReviewWorkspace();
        try
        {
            using var deadline = new CancellationTokenSource(timeout > Margin * 2 ? timeout - Margin : timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
            await ReviewAsync(context, workspace, mutates, either.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(context.Response, StatusCodes.Status504GatewayTimeout, $"no verdict within {clock.GetElapsedTime(started).TotalMilliseconds:0} ms");
        }
        catch (OperationCanceledException)
        {
            // Nobody is there any more to be answered.
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context.Response, exception.StatusCode, exception.Message);
        }
        catch (Exception exception)
        {
            LogFailed(exception, mutates ? "/mutate" : "/validate");
            await AnswerAsync(context.Response, StatusCodes.Status500InternalServerError, "internal error; the log of the webhook has it");
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

    private async Task ReviewAsync(HttpContext context, ReviewWorkspace workspace, bool mutates, CancellationToken cancellationToken)
    {
        var length = await ReadBodyAsync(context.Request, workspace, cancellationToken);
        var policy = policies.Current;
        if (policy is null)
        {
            await AnswerAsync(context.Response, StatusCodes.Status503ServiceUnavailable, "no policy is loaded yet");
            return;
        }

        if (length == 0)
        {
            await AnswerAsync(context.Response, StatusCodes.Status400BadRequest, "the body is empty; must be an AdmissionReview of admission.k8s.io/v1");
            return;
        }

        var reading = workspace.Reader.Read(new SourceText("request", workspace.Body(0).AsMemory(0, length)));
        if (reading.Document is not { } document)
        {
            await AnswerAsync(
                context.Response, StatusCodes.Status400BadRequest, $"the body cannot be read: byte {reading.Offset.ToString(CultureInfo.InvariantCulture)}: {reading.Problem}");
            return;
        }

        if (!AdmissionRequest.TryRead(document, out var request, out var problem))
        {
            await AnswerAsync(context.Response, StatusCodes.Status400BadRequest, problem);
            return;
        }

        workspace.Reader.Enclose(request.Object, request.OldObject);
        var owner = policy.Settings.Exemptions.Count > 0 ? ControllerOwner.Of(request) : null;
        var facts = new AdmissionFacts(
            request.Namespace is { } name ? namespaces.Find(name, policy) : null,
            owner is null ? null : await TopOwners.FindAsync(owner, request.Object, cancellationToken),
            clock.GetUtcNow());
        cancellationToken.ThrowIfCancellationRequested();
        var decision = mutates ? workspace.Reviewer.Mutate(request, facts, policy) : workspace.Reviewer.Validate(request, facts, policy);
        cancellationToken.ThrowIfCancellationRequested();
        AdmissionResponse.Write(workspace.Writer, request.Uid, decision);
        workspace.Writer.Flush();

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = workspace.Answer.Length;
        await context.Response.Body.WriteAsync(workspace.Answer, cancellationToken);
    }

    private static (int Status, string Reason)? RefusalOf(HttpRequest request, out TimeSpan timeout)
    {
        timeout = ReviewTimeout.Default;
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = "POST";
            return (StatusCodes.Status405MethodNotAllowed, $"the method is {request.Method}; must be POST");
        }

        if (!IsJson(request.ContentType))
        {
            return (StatusCodes.Status415UnsupportedMediaType, $"the content type is {request.ContentType ?? "not given"}; must be application/json");
        }

        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return (StatusCodes.Status415UnsupportedMediaType, $"the content encoding is {request.Headers.ContentEncoding}; must be none");
        }

        if (request.ContentLength > MaxBodyBytes)
        {
            return (StatusCodes.Status413PayloadTooLarge, $"the body has {request.ContentLength} bytes; at most {MaxBodyBytes} are read");
        }

        return ReviewTimeout.TryParse(request.Query["timeout"], out timeout)
            ? null
            : (StatusCodes.Status400BadRequest, $"timeout is {Excerpt.Of(request.Query["timeout"].ToString())}; must be a duration such as 3s");
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>The body's length; its bytes are in the workspace.</returns>
    private static async ValueTask<int> ReadBodyAsync(HttpRequest request, ReviewWorkspace workspace, CancellationToken cancellationToken)
    {
        var length = 0;
        var buffer = workspace.Body((int)(request.ContentLength ?? 0) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return length;
            }

            length += read;
            if (length > MaxBodyBytes)
            {
                throw new BadHttpRequestException($"the body is larger than {MaxBodyBytes} bytes", StatusCodes.Status413PayloadTooLarge);
            }

            if (length == buffer.Length)
            {
                buffer = workspace.Body(length + 1);
            }
        }
    }

    private static Task AnswerAsync(HttpResponse response, int status, string text)
    {
        if (response.HasStarted)
        {
            response.HttpContext.Abort();
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(BoundedText.Line(text, 1024) + "\n");
    }

    [LoggerMessage(LogLevel.Error, "A review on {Path} failed")]
    private partial void LogFailed(Exception exception, string path);
}
