using Microsoft.AspNetCore.Server.Kestrel.Core;
using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Http;
using SelfHealGitOps.Webhook.Policies;
using SelfHealGitOps.Webhook.Telemetry;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook;

/// <summary>The composition root: what the process is made of, and its routes.</summary>
internal static class WebhookHost
{
    public static async Task<int> RunAsync(WebhookOptions options, CancellationToken cancellationToken)
    {
        await using var app = Build(options);
        if (await app.LoadTlsAsync(cancellationToken) is { } unserved)
        {
            await Console.Error.WriteLineAsync(unserved);
            return 1;
        }

        var problems = app.Services.GetRequiredService<PolicyReload>().LoadFirst();
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync(problem);
            }

            return 1;
        }

        await app.Services.GetRequiredService<Drain>().RunAsync(app, cancellationToken);
        return 0;
    }

    public static WebApplication Build(WebhookOptions options)
    {
        // Nothing but the command line configures the process: no file beside it, and no variable of the environment.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "webhook" });
        AddServices(builder, options);
        builder.WebHost.UseKestrelCore();
        builder.AddTls(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listeners.Limit(kestrel);
            kestrel.Listen(options.Listen, listen => listen.UseTls(Listeners.HandshakeTimeout));
            if (options.MetricsListen is { } metrics)
            {
                kestrel.Listen(metrics, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        var app = builder.Build();
        var certificates = app.Services.GetRequiredService<CertificateState>();
        var (policies, readiness) = (app.Services.GetRequiredService<PolicyHolder>(), app.Services.GetRequiredService<Readiness>());
        readiness.WaitFor("policy: not loaded yet", () => policies.Current is not null);
        readiness.WaitFor("certificate: not loaded yet", () => certificates.Now.IsLoaded);
        app.Services.GetRequiredService<ProcessorQueue>().Start();
        Route(app, options);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder, WebhookOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(new LogLines(options, TimeProvider.System, Console.OpenStandardError()));
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LogLines>());
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        services.AddSingleton<PolicyHolder>();
        services.AddSingleton<PolicyReload>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyReload>());
        services.AddSingleton<Namespaces>();
        services.AddSingleton<TopOwners>();
        services.AddSingleton<ReviewCounters>();
        services.AddSingleton<RuleCounters>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<ProcessorQueue>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<Drain>();
        services.AddSingleton(new ReviewGate(options.MaxReviews ?? Math.Max(64, Environment.ProcessorCount * 32)));
        services.AddSingleton<ReviewEndpoint>();
        services.AddSingleton<MetricsEndpoint>();
    }

    private static void Route(WebApplication app, WebhookOptions options)
    {
        var reviews = app.Services.GetRequiredService<ReviewEndpoint>();
        var clients = app.Services.GetRequiredService<ClientAuthentication>();
        var metrics = app.Services.GetRequiredService<MetricsEndpoint>();
        var readiness = app.Services.GetRequiredService<Readiness>();
        var hasOwnPort = options.MetricsListen is not null;
        app.Run(context => context.Request.Path.Value switch
        {
            "/validate" or "/mutate" when clients.RefusalOf(context) is var (status, reason) => RefuseAsync(context, status, reason),

            // Reviews come over TLS, or not at all: what is served in plain is the port for metrics.
            "/validate" when context.Request.IsHttps => reviews.HandleAsync(context, mutates: false),
            "/mutate" when context.Request.IsHttps => reviews.HandleAsync(context, mutates: true),
            "/healthz" => context.Response.WriteAsync("ok\n"),
            "/readyz" => readiness.AnswerAsync(context),
            "/metrics" when context.Request.IsHttps != hasOwnPort => metrics.AnswerAsync(context),
            _ => NotFoundAsync(context),
        });
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason + "\n");
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("there are /validate, /mutate, /healthz, /readyz and /metrics, each on its port\n");
    }
}
