using Microsoft.AspNetCore.Server.Kestrel.Core;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Events;
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
        var cluster = ClusterHosting.Connect(options, TimeProvider.System, out var unreachable);
        if (unreachable is not null)
        {
            await Console.Error.WriteLineAsync(unreachable);
            return 1;
        }

        using var traces = TraceExport.Start(options);
        await using var app = Build(options, cluster);
        var problems = await LoadAsync(app, cancellationToken);
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

    /// <summary>Loads what the process cannot be without, before it listens.</summary>
    /// <returns>All that is wrong; empty where nothing is.</returns>
    public static async Task<IReadOnlyList<string>> LoadAsync(WebApplication app, CancellationToken cancellationToken)
    {
        List<string> problems = [.. app.Services.GetRequiredService<PolicyReload>().LoadFirst()];
        if (await app.LoadTlsAsync(cancellationToken) is { } problem)
        {
            problems.Add(problem);
        }

        return problems;
    }

    /// <param name="cluster">Null for none.</param>
    public static WebApplication Build(WebhookOptions options, ICluster? cluster = null)
    {
        // Nothing but the command line configures the process: no file beside it, and no variable of the environment.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "webhook" });
        AddServices(builder, options);
        builder.Services.AddCluster(cluster);
        builder.WebHost.UseKestrelCore();
        builder.AddTls(options);
        if (options.SelfManaged is { } own)
        {
            builder.AddSelfManagedTls(own, CertificateLifetimes.Default, SubscribedRules.Until(TimeProvider.System), IsReadyButForCertificates);
        }

        if (options.Rearming is { } rearming)
        {
            builder.AddRearming(rearming, SubscribedRules.Until(TimeProvider.System), services => services.GetRequiredService<Readiness>().Reasons().Count == 0);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listeners.Limit(kestrel);
            kestrel.Listen(options.Listen, listen => listen.UseTls());
            if (options.MetricsListen is { } metrics)
            {
                kestrel.Listen(metrics, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        var app = builder.Build();
        var state = app.Services.GetRequiredService<CertificateState>();
        var (policies, readiness) = (app.Services.GetRequiredService<PolicyHolder>(), app.Services.GetRequiredService<Readiness>());
        readiness.WaitFor("policy: not loaded yet", () => policies.Current is not null);
        readiness.WaitFor("certificate: not loaded yet", () => state.Now.IsLoaded);
        app.Services.UseCluster();
        app.Services.GetRequiredService<ProcessorQueue>().Start();
        Route(app, options);
        return app;
    }

    private static bool IsReadyButForCertificates(IServiceProvider services) =>
        services.GetRequiredService<PolicyHolder>().Current is not null
        && services.GetService<NamespaceWatch>()?.HasListed != false
        && !services.GetRequiredService<Readiness>().IsDraining;

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
        services.AddSingleton<ReviewCounters>();
        services.AddSingleton<RuleCounters>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<EventQueue>();
        if (options.EventsUrl is not null)
        {
            services.AddSingleton<EventSender>();
            services.AddHostedService(provider => provider.GetRequiredService<EventSender>());
        }

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
        var metrics = app.Services.GetRequiredService<MetricsEndpoint>();
        var readiness = app.Services.GetRequiredService<Readiness>();
        var counters = app.Services.GetRequiredService<ReviewCounters>();
        var clients = app.Services.GetRequiredService<ClientAuthentication>();
        var hasOwnPort = options.MetricsListen is not null;
        app.Run(context => context.Request.Path.Value switch
        {
            // Reviews come over TLS, or not at all: what is served in plain is the port for metrics.
            "/validate" or "/mutate" when context.Request.IsHttps && clients.RefusalOf(context) is var (status, reason) => RefuseAsync(context, counters, status, reason),
            "/validate" when context.Request.IsHttps => reviews.HandleAsync(context, mutates: false),
            "/mutate" when context.Request.IsHttps => reviews.HandleAsync(context, mutates: true),
            "/healthz" => context.Response.WriteAsync("ok\n"),
            "/readyz" => readiness.AnswerAsync(context),
            "/metrics" when context.Request.IsHttps != hasOwnPort => metrics.AnswerAsync(context),
            _ => NotFoundAsync(context),
        });
    }

    private static Task RefuseAsync(HttpContext context, ReviewCounters counters, int status, string reason)
    {
        counters.Refused(context.Request.Path.Value == "/mutate", status);
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason + "\n");
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("there are /validate, /mutate, /healthz, /readyz and /metrics, each on its port\n");
    }
}
