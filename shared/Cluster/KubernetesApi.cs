using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>A real cluster, over its REST interface. Safe for use from many threads; one for each cluster is enough.</summary>
public sealed class KubernetesApi(ClusterAccess access, TimeProvider time, KubernetesApiLimits? limits = null) : ICluster, IDisposable
{
    private const string Json = "application/json";

    private readonly ApiConnection connection = new(access, time);
    private readonly KubernetesApiLimits limits = limits ?? KubernetesApiLimits.Default;

    public void Dispose() => connection.Dispose();

    public Task<ClusterReply> GetAsync(ObjectReference target, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, ApiPath.Of(target), null, Json, cancellationToken);

    public Task<ClusterReply> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        AskAsync(
            HttpMethod.Get,
            ApiPath.Of(type, @namespace)
                .With("labelSelector", options.LabelSelector)
                .With("fieldSelector", options.FieldSelector)
                .With("limit", options.Limit?.ToString(CultureInfo.InvariantCulture))
                .With("continue", options.Continue)
                .With("resourceVersion", options.ResourceVersion),
            null,
            Json,
            cancellationToken);

    public Task<ClusterReply> CreateAsync(
        ResourceType type, string? @namespace, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken)
    {
        ApiPath.RequireNamespace(type, @namespace);
        return AskAsync(HttpMethod.Post, With(ApiPath.Of(type, @namespace), options), json, Json, cancellationToken);
    }

    public Task<ClusterReply> CreateSubresourceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, With(ApiPath.Of(target), options), json, Json, cancellationToken);

    public Task<ClusterReply> ReplaceAsync(
        ObjectReference target, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Put, With(ApiPath.Of(target), options), json, Json, cancellationToken);

    public Task<ClusterReply> PatchAsync(
        ObjectReference target, PatchType type, ReadOnlyMemory<byte> json, WriteOptions options, CancellationToken cancellationToken)
    {
        if (type == PatchType.Apply && string.IsNullOrEmpty(options.FieldManager))
        {
            throw new ArgumentException("server-side apply needs a field manager", nameof(options));
        }

        var path = With(ApiPath.Of(target), options).With("force", options.Force && type == PatchType.Apply ? "true" : null);
        return AskAsync(HttpMethod.Patch, path, json, ContentType(type), cancellationToken);
    }

    public Task<ClusterReply> DeleteAsync(ObjectReference target, DeleteOptions options, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        if (options.Propagation is { } propagation)
        {
            body["propagationPolicy"] = propagation.ToString();
        }

        if (options.GracePeriod is { } grace)
        {
            body["gracePeriodSeconds"] = (long)grace.TotalSeconds;
        }

        if (options.Uid is not null || options.ResourceVersion is not null)
        {
            var preconditions = new JsonObject();
            if (options.Uid is not null)
            {
                preconditions["uid"] = options.Uid;
            }

            if (options.ResourceVersion is not null)
            {
                preconditions["resourceVersion"] = options.ResourceVersion;
            }

            body["preconditions"] = preconditions;
        }

        if (options.DryRun)
        {
            // Not in the query: beside a body the server does not look there, and would delete.
            body["dryRun"] = new JsonArray("All");
        }

        return AskAsync(HttpMethod.Delete, ApiPath.Of(target), ClusterWrites.Utf8(body), Json, cancellationToken);
    }

    public Task<ClusterReply> VersionAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, ApiPath.Raw("/version"), null, Json, cancellationToken);

    public Task<DiscoveryReply> DiscoverAsync(CancellationToken cancellationToken) =>
        new ApiDiscovery((path, accept, cancellation) => AskAsync(HttpMethod.Get, ApiPath.Raw(path), null, Json, cancellation, accept))
            .DiscoverAsync(cancellationToken);

    public async Task<LogReply> LogsAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LimitBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LimitBytes, 1 << 30);
        var path = ApiPath.Of(new(ResourceTypes.Pods, @namespace, pod, "log"))
            .With("container", options.Container)
            .With("previous", options.Previous ? "true" : null)
            .With("tailLines", options.TailLines?.ToString(CultureInfo.InvariantCulture))
            .With("sinceSeconds", options.Since is { } since ? Math.Max(1, (long)since.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null)
            // One more than is wanted tells whether there is more.
            .With("limitBytes", (options.LimitBytes + 1).ToString(CultureInfo.InvariantCulture));
        (ReadOnlyMemory<byte> Bytes, bool IsCut) log = default;
        var failure = await SendAsync(
            HttpMethod.Get,
            path,
            null,
            Json,
            "*/*",
            async (answer, cancellation) =>
            {
                var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
                log = await BoundedBytes.ReadUpToAsync(stream, options.LimitBytes, cancellation).ConfigureAwait(false);
                return new ClusterReply.Done("{}"u8.ToArray());
            },
            cancellationToken).ConfigureAwait(false);
        if (failure is not ClusterReply.Done)
        {
            return new LogReply.Failed(failure);
        }

        var text = Encoding.UTF8.GetString(log.Bytes.Span);
        return new LogReply.Read(log.IsCut ? text.TrimEnd('\uFFFD') : text, log.IsCut);
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = ApiPath.Of(type, @namespace)
            .With("watch", "true")
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("resourceVersion", options.ResourceVersion)
            .With("allowWatchBookmarks", options.AllowBookmarks ? "true" : null)
            .With("timeoutSeconds", Math.Max(1, (long)options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        using var late = new CancellationTokenSource(options.Timeout + limits.WatchGrace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        HttpResponseMessage? answer = null;
        WatchLines? lines = null;
        try
        {
            var failure = await SendAsync(
                HttpMethod.Get,
                path,
                null,
                Json,
                Json,
                async (opened, _) =>
                {
                    answer = opened;
                    lines = new WatchLines(await opened.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false), limits.MaxEventBytes);
                    return new ClusterReply.Done("{}"u8.ToArray());
                },
                either.Token,
                keepsAnswer: true).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (lines is null)
            {
                yield return failure switch
                {
                    ClusterReply.Refused refused => new WatchEvent.Error(refused.Status),
                    ClusterReply.Unavailable gone => new WatchEvent.Broken(gone.Reason, gone.RetryAfter),
                    _ => new WatchEvent.Broken("no answer"),
                };
                yield break;
            }

            while (true)
            {
                WatchEvent? next;
                try
                {
                    next = await lines.NextAsync(either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    next = new WatchEvent.Broken($"the watch did not end in time ({options.Timeout.TotalSeconds:0} seconds)");
                }
                catch (Exception exception) when (IsTransport(exception))
                {
                    next = new WatchEvent.Broken(Innermost(exception));
                }

                if (next is null)
                {
                    yield break;
                }

                yield return next;
                if (next is WatchEvent.Error or WatchEvent.Broken)
                {
                    yield break;
                }
            }
        }
        finally
        {
            answer?.Dispose();
        }
    }

    private static ApiPath With(ApiPath path, WriteOptions options) => path
        .With("dryRun", options.DryRun ? "All" : null)
        .With("fieldManager", options.FieldManager)
        .With("fieldValidation", options.FieldValidation?.ToString());

    private static string ContentType(PatchType type) => type switch
    {
        PatchType.Json => "application/json-patch+json",
        PatchType.Merge => "application/merge-patch+json",
        PatchType.StrategicMerge => "application/strategic-merge-patch+json",
        PatchType.Apply => "application/apply-patch+yaml",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is no type of patch"),
    };

    private Task<ClusterReply> AskAsync(
        HttpMethod method, ApiPath path, ReadOnlyMemory<byte>? body, string contentType, CancellationToken cancellationToken, string accept = Json) =>
        SendAsync(method, path, body, contentType, accept, ReadAsync, cancellationToken);

    private async Task<ClusterReply> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (await BoundedBytes.ReadAsync(stream, limits.MaxAnswerBytes, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return new ClusterReply.Unavailable($"the answer is longer than {limits.MaxAnswerBytes} bytes; ask for pages");
        }

        return IsObject(bytes.Span)
            ? new ClusterReply.Done(bytes) { Warnings = answer.Headers.NonValidated.TryGetValues("Warning", out var warnings) ? WarningText.Read(warnings) : [] }
            : new ClusterReply.Unavailable("the answer is no JSON object, or a part of one; is this the API server?");
    }

    /// <param name="read">Reads the body of an answer that says yes.</param>
    private async Task<ClusterReply> SendAsync(
        HttpMethod method,
        ApiPath path,
        ReadOnlyMemory<byte>? body,
        string contentType,
        string accept,
        Func<HttpResponseMessage, CancellationToken, Task<ClusterReply>> read,
        CancellationToken cancellationToken,
        bool keepsAnswer = false)
    {
        if (path.Problem is { } problem)
        {
            return new ClusterReply.Refused(new(400, "BadRequest", problem, []));
        }

        using var late = new CancellationTokenSource(limits.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        HttpResponseMessage? answer = null;
        var isKept = false;
        try
        {
            (answer, var missing) = await connection.SendAsync(method, path.ToString(), accept, body, contentType, either.Token).ConfigureAwait(false);
            if (answer is null)
            {
                return new ClusterReply.Unavailable(missing!);
            }

            if (!answer.IsSuccessStatusCode)
            {
                return await RefusalAsync(answer, either.Token).ConfigureAwait(false);
            }

            isKept = keepsAnswer;
            return await read(answer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ClusterReply.Unavailable($"no answer from {access.Server.Host} within {limits.Timeout.TotalSeconds:0.#} seconds");
        }
        catch (Exception exception) when (IsTransport(exception))
        {
            return new ClusterReply.Unavailable($"no answer from {access.Server.Host}: {Innermost(exception)}");
        }
        finally
        {
            if (!isKept)
            {
                answer?.Dispose();
            }
        }
    }

    private async Task<ClusterReply> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        const int MaxStatusBytes = 1 << 20;

        var code = (int)answer.StatusCode;
        if (code is >= 300 and < 400)
        {
            return new ClusterReply.Refused(new(code, "", "the server redirects, and redirects are not followed, for the token would go along; is this the API server?", []));
        }

        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var bytes = await BoundedBytes.ReadAsync(stream, MaxStatusBytes, cancellationToken).ConfigureAwait(false);
        JsonObject? body = null;
        try
        {
            body = bytes is { Length: > 0 } some ? JsonNode.Parse(some.Span) as JsonObject : null;
        }
        catch (JsonException)
        {
            // A gateway's page of its own.
        }

        var status = body?.Text("kind") == "Status"
            ? ClusterStatus.Of(body, code)
            : new ClusterStatus(code, "", answer.ReasonPhrase is { Length: > 0 } phrase ? phrase : answer.StatusCode.ToString(), []);
        return code == 429 || code >= 500
            ? new ClusterReply.Unavailable(status.ToString(), RetryAfter(answer))
            : new ClusterReply.Refused(status);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var after = answer.Headers.RetryAfter?.Delta ?? (answer.Headers.RetryAfter?.Date is { } date ? date - time.GetUtcNow() : null);
        return after is { } wait && wait < TimeSpan.Zero ? TimeSpan.Zero : after;
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsTransport(Exception exception) =>
        exception is HttpRequestException or IOException or AuthenticationException or WebException;

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is not null)
        {
            exception = exception.InnerException;
        }

        return exception.Message;
    }
}
