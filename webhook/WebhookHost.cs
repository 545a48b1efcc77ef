using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Http;
using SelfHealGitOps.Webhook.Policies;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook;

/// <summary>The composition root: what the process is made of, and its routes.</summary>
internal static class WebhookHost
{
    public static async Task<int> RunAsync(WebhookOptions options, CancellationToken cancellationToken)
    {
        await using var app = Build(options);
        if (await app.LoadTlsAsync(cancellationToken) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return 1;
        }

        await app.RunAsync(cancellationToken);
        return 0;
    }

    public static WebApplication Build(WebhookOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTls(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ReviewEndpoint.MaxBodyBytes;
            kestrel.Listen(options.Listen, listen => listen.UseTls());
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PolicyHolder>();
        builder.Services.AddSingleton<Namespaces>();
        builder.Services.AddSingleton(new ReviewGate(Math.Max(64, Environment.ProcessorCount * 32)));
        builder.Services.AddSingleton<ReviewEndpoint>();
        var app = builder.Build();
        var policies = app.Services.GetRequiredService<PolicyHolder>();
        policies.Replace(Load(options));
        var reviews = app.Services.GetRequiredService<ReviewEndpoint>();
        var clients = app.Services.GetRequiredService<ClientAuthentication>();
        app.Run(context => context.Request.Path.Value switch
        {
            "/validate" or "/mutate" when clients.RefusalOf(context) is var (status, reason) => RefuseAsync(context, status, reason),
            "/validate" => reviews.HandleAsync(context, mutates: false),
            "/mutate" => reviews.HandleAsync(context, mutates: true),
            "/healthz" or "/readyz" => context.Response.WriteAsync("ok\n"),
            _ => NotFoundAsync(context),
        });
        return app;
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason + "\n");
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("there are /validate, /mutate, /healthz, /readyz and /metrics\n");
    }

    private static AdmissionPolicy Load(WebhookOptions options)
    {
        if (options.Policy is null)
        {
            return new(PolicyConfiguration.Standard(Catalogue.All), options.Profile);
        }

        var source = new SourceText(options.Policy, File.ReadAllBytes(options.Policy));
        return PolicyFile.Read(source, Catalogue.All) switch
        {
            PolicyReading.Accepted(var configuration) => new(configuration, options.Profile, source),
            PolicyReading.Refused(var problems) => throw new InvalidOperationException(string.Join('\n', problems)),
            _ => throw new InvalidOperationException("unknown reading"),
        };
    }
}
