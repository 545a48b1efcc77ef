using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Hooks;

namespace SelfHealGitOps.Bot.Api;

/// <summary>
/// Takes deliveries of forges at <c>/hooks/NAME</c>, where NAME is the forge's in the configuration, and says which
/// repository to look at. It learns nothing else from them, so that a forged or a lost one does no harm: whatever is not
/// heard is seen at the next interval.
/// </summary>
internal sealed class HookServer : IAsyncDisposable
{
    private const int MostConnections = 100;

    /// <summary>Bodies that are held at once.</summary>
    private const int MostBodies = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BotConfiguration configuration;
    private readonly Action<string> hint;
    private readonly Func<string, CancellationToken, Task<bool>> isNew;
    private readonly Dictionary<string, SeenDeliveries> seen = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim bodies = new(MostBodies);
    private readonly WebApplication app;

    /// <param name="hint">Told the name of a repository of the configuration where something has happened.</param>
    /// <param name="isNew">Whether a delivery of that id was never seen before, also before a restart.</param>
    public HookServer(BotConfiguration configuration, IPEndPoint listen, Action<string> hint, Func<string, CancellationToken, Task<bool>> isNew)
    {
        (this.configuration, this.hint, this.isNew) = (configuration, hint, isNew);
        foreach (var name in configuration.Forges.Keys)
        {
            seen[name] = new SeenDeliveries();
        }

        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "selfheal" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HookReader.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Where it listens, once it is started: with the port that the system chose, where none was named.</summary>
    public string Address => app.Urls.First();

    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        bodies.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path == "/healthz" && HttpMethods.IsGet(request.Method))
        {
            await SayAsync(context, StatusCodes.Status200OK, "ok");
            return;
        }

        if (!request.Path.StartsWithSegments("/hooks", out var rest) || rest.Value is not { Length: > 1 } path
            || !configuration.Forges.TryGetValue(path[1..], out var forge) || forge.WebhookSecret is not { } source || forge.Kind == ForgeKind.Local)
        {
            await SayAsync(context, StatusCodes.Status404NotFound, "no forge of that name takes deliveries here");
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            await SayAsync(context, StatusCodes.Status405MethodNotAllowed, "deliveries come by POST");
            return;
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        late.CancelAfter(Patience);
        if (!await bodies.WaitAsync(TimeSpan.FromSeconds(1), late.Token))
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "too many deliveries at once; send it again");
            return;
        }

        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, late.Token);
            await ReadAsync(context, path[1..], forge, source, body.ToArray(), late.Token);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException exception)
        {
            await SayAsync(context, exception.StatusCode, "the request is too long, or broke off");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await SayAsync(context, StatusCodes.Status408RequestTimeout, "the delivery did not come to its end in time");
        }
        finally
        {
            bodies.Release();
        }
    }

    private async Task ReadAsync(HttpContext context, string name, ForgeSettings forge, SecretSource source, byte[] body, CancellationToken cancellationToken)
    {
        if (await source.ReadAsync(cancellationToken) is not SecretReading.Found(var secret))
        {
            await SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the secret of this forge is not there");
            return;
        }

        var kind = forge.Kind == ForgeKind.GitHub ? HookForge.GitHub : HookForge.Gitea;
        var reading = new HookReader(kind, [Encoding.UTF8.GetBytes(secret)], seen[name])
            .Read(header => context.Request.Headers.TryGetValue(header, out var value) ? value.ToString() : null, body);
        switch (reading)
        {
            case HookReading.Accepted(var happened):
                var id = context.Request.Headers[kind == HookForge.GitHub ? "X-GitHub-Delivery" : "X-Gitea-Delivery"].ToString();
                if (happened.Kind != HookKind.Other && await isNew($"{name} {id}", cancellationToken))
                {
                    foreach (var repository in configuration.Repositories.Where(repository => repository.Forge == name && IsOf(forge, repository, happened.Repository)))
                    {
                        hint(repository.Name);
                    }
                }

                await SayAsync(context, StatusCodes.Status202Accepted, "");
                break;
            case HookReading.Repeated:
                await SayAsync(context, StatusCodes.Status200OK, "it came before");
                break;
            case HookReading.Unsigned(var reason):
                await SayAsync(context, StatusCodes.Status401Unauthorized, reason);
                break;
            case HookReading.Malformed(var reason):
                await SayAsync(context, StatusCodes.Status400BadRequest, reason);
                break;
            default:
                throw new InvalidOperationException("a delivery is accepted, repeated, unsigned or malformed");
        }
    }

    private static bool IsOf(ForgeSettings forge, RepositorySettings repository, string path)
    {
        var (owner, name) = ForgePath.Of(forge.Repository, repository.Url);
        return string.Equals($"{owner}/{name}", path, StringComparison.OrdinalIgnoreCase);
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text.Length == 0 ? "" : text + "\n");
    }
}
