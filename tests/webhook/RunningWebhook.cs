using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Webhook.Http;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>The webhook in this process, listening on a free port of loopback, with TLS as in earnest.</summary>
internal sealed class RunningWebhook : IAsyncDisposable
{
    private readonly Task running;
    private readonly CancellationTokenSource end = new();

    private RunningWebhook(WebApplication app, Task running, CancellationTokenSource end)
    {
        (App, this.running, this.end) = (app, running, end);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(text => new Uri(text)).ToList();
        Address = addresses.First(address => address.Scheme == "https");
        MetricsAddress = addresses.FirstOrDefault(address => address.Scheme == "http");
        Client = new(NewHandler()) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public Uri? MetricsAddress { get; }

    public HttpClient Client { get; }

    public Drain Drain => Get<Drain>();

    /// <summary>Done when the process would be over.</summary>
    public Task Running => running;

    public static WebhookOptions Options { get; } = new()
    {
        Listen = new(IPAddress.Loopback, 0),
        DrainDelay = TimeSpan.Zero,
        LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
    };

    public static SocketsHttpHandler NewHandler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=selfheal-webhook" },
    };

    public static async Task<RunningWebhook> StartAsync(WebhookOptions? options = null, ICluster? cluster = null)
    {
        var app = WebhookHost.Build(options ?? Options, cluster);
        Assert.Empty(await WebhookHost.LoadAsync(app, CancellationToken.None));
        var end = new CancellationTokenSource();
        var running = app.Services.GetRequiredService<Drain>().RunAsync(app, end.Token);
        await Eventually.Async(() => running.IsCompleted || app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.All(text => new Uri(text).Port != 0) == true && IsStarted(app));
        if (running.IsCompleted)
        {
            await running;
        }

        // The tests share their processors, and block threads that the webhook would have for itself: it would shed.
        app.Services.GetRequiredService<ProcessorQueue>().Dispose();
        return new(app, running, end);
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async Task<JsonNode> ReviewAsync(string path, string review)
    {
        using var response = await PostAsync(path, review);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!["response"]!;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string review) =>
        Client.PostAsync(path, new StringContent(review, Encoding.UTF8, "application/json"));

    public async Task<string> MetricsAsync() => await Client.GetStringAsync(new Uri(MetricsAddress ?? Address, "/metrics"));

    /// <summary>The value of one series, written as Prometheus writes it.</summary>
    public async Task<double> MetricAsync(string series) => PrometheusReading.Of(await MetricsAsync()).Value(series);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await end.CancelAsync();
        await running;
        await App.DisposeAsync();
        end.Dispose();
    }

    private static bool IsStarted(WebApplication app) => app.Lifetime.ApplicationStarted.IsCancellationRequested;
}
