using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>The TLS half of the webhook before a real Kestrel: <c>/probe</c> answers anybody, <c>/review</c> whoever may ask.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private TlsServer(WebApplication app) => App = app;

    public WebApplication App { get; }

    public int Port => new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public Uri Address => new($"https://localhost:{Port}");

    public ServingCertificate Serving => App.Services.GetRequiredService<ServingCertificate>();

    public CertificateState State => App.Services.GetRequiredService<CertificateState>();

    public static async Task<TlsServer> StartAsync(
        WebhookOptions options, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null)
    {
        var app = Build(options, clock, configure);
        Assert.Null(await app.LoadTlsAsync(CancellationToken.None));
        await app.StartAsync();
        return new(app);
    }

    public static WebApplication Build(WebhookOptions options, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "webhook" });
        Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.UseKestrelCore(builder.WebHost);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.AddTls(options);
        configure?.Invoke(builder);
        Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.ConfigureKestrel(
            builder.WebHost, kestrel => kestrel.Listen(options.Listen, listen => listen.UseTls()));
        var app = builder.Build();
        var clients = app.Services.GetRequiredService<ClientAuthentication>();
        app.Run(context =>
        {
            var refusal = context.Request.Path == "/review" ? clients.RefusalOf(context) : null;
            context.Response.StatusCode = refusal?.Status ?? 200;
            return context.Response.WriteAsync(refusal?.Reason ?? context.Connection.Id);
        });
        return app;
    }

    public static WebhookOptions Options(string? certificate = null, string? key = null, string? clientCa = null) =>
        new() { Listen = new(IPAddress.Loopback, 0), TlsCert = certificate, TlsKey = key, ClientCa = clientCa };

    /// <summary>Trusts these roots and no others, as the API server does a caBundle; shows a certificate if it has one.</summary>
    public HttpClient Client(X509Certificate2Collection roots, X509Certificate2? shown = null, X509Certificate2Collection? issuers = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        var options = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown, issuers, offline: true),
        };
        return new(new SocketsHttpHandler { SslOptions = options }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>The serial number of what a new connection is served with.</summary>
    public async Task<string> SerialNumberAsync(SslProtocols protocols = SslProtocols.None)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        string? serial = null;
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, shown, _, _) => (serial = shown?.GetSerialNumberString()) is not null,
        });
        return serial!;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(new CancellationToken(canceled: true));
        await App.DisposeAsync();
    }
}
