using Microsoft.AspNetCore.Server.Kestrel.Core;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>Puts the parts of this folder together, for the composition root.</summary>
internal static partial class TlsHosting
{
    /// <summary>The certificate of the options' files, or one of this process's own; and who may ask for reviews.</summary>
    public static WebApplicationBuilder AddTls(this WebApplicationBuilder builder, WebhookOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<ServingCertificate>();
        builder.Services.AddSingleton<CertificateState>();
        builder.Services.AddSingleton<ClientAuthentication>();
        builder.Services.AddSingleton<TlsHandshakes>();
        builder.Services.AddHostedService<ExpiryWarning>();
        if (options.TlsCert is { } certificate && options.TlsKey is { } key)
        {
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<CertificateFiles>(services, certificate, key));
            builder.Services.AddHostedService(services => services.GetRequiredService<CertificateFiles>());
        }

        if (options.ClientCa is { } authorities)
        {
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ClientAuthorityFile>(services, authorities));
            builder.Services.AddHostedService(services => services.GetRequiredService<ClientAuthorityFile>());
        }

        return builder;
    }

    /// <summary>After <see cref="AddTls"/>: certificates of this installation's own, kept in the cluster.</summary>
    /// <param name="isReady">Everything but the certificate that this process needs before it may be called.</param>
    public static WebApplicationBuilder AddSelfManagedTls(
        this WebApplicationBuilder builder, SelfManagedOptions options, CertificateLifetimes lifetimes, EntryRules rules, Func<IServiceProvider, bool> isReady)
    {
        builder.Services.AddSingleton(services => new SelfManagedCertificates(
            services.GetRequiredService<ICluster>(),
            options,
            lifetimes,
            rules,
            () => isReady(services),
            services.GetRequiredService<ServingCertificate>(),
            services.GetRequiredService<CertificateState>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SelfManagedCertificates>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<SelfManagedCertificates>());
        return builder;
    }

    /// <summary>For certificates from elsewhere: who puts the rules back when a break-glass is over.</summary>
    /// <param name="isReady">What this process needs before it may be called.</param>
    public static WebApplicationBuilder AddRearming(this WebApplicationBuilder builder, RearmingOptions options, EntryRules rules, Func<IServiceProvider, bool> isReady)
    {
        builder.Services.AddHostedService(services => new Rearming(
            services.GetRequiredService<ICluster>(),
            options,
            rules,
            () => isReady(services),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<Rearming>>()));
        return builder;
    }

    /// <param name="handshakeTimeout">Null for the server's default of ten seconds.</param>
    public static ListenOptions UseTls(this ListenOptions listen, TimeSpan? handshakeTimeout = null)
    {
        var options = listen.ApplicationServices.GetRequiredService<TlsHandshakes>().Options;
        options.HandshakeTimeout = handshakeTimeout ?? options.HandshakeTimeout;
        return listen.UseHttps(options);
    }

    /// <summary>Before the process listens.</summary>
    /// <returns>Null, or why it cannot serve: the file, what is wrong with it, and what is wanted.</returns>
    public static async Task<string?> LoadTlsAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        if (app.Services.GetService<ClientAuthorityFile>()?.Load() is { } problem)
        {
            return problem;
        }

        if (app.Services.GetService<CertificateFiles>() is { } files)
        {
            return await files.LoadAsync(cancellationToken);
        }

        MakeCertificate(app.Services);
        return null;
    }

    /// <summary>
    /// For a laptop. Where the cluster's own is yet to come, it serves the probes until then, which ask for nobody's word,
    /// and counts as none.
    /// </summary>
    private static void MakeCertificate(IServiceProvider services)
    {
        var serving = services.GetRequiredService<ServingCertificate>();
        if (serving.Current is not null)
        {
            return;
        }

        var made = SelfSignedCertificate.Make(services.GetRequiredService<TimeProvider>().GetUtcNow(), Environment.MachineName);
        serving.Replace(made);
        if (services.GetService<SelfManagedCertificates>() is null)
        {
            services.GetRequiredService<CertificateState>().Loaded(made.NotBefore, made.NotAfter, []);
            LogMade(services.GetRequiredService<ILogger<ServingCertificate>>(), made.NotAfter, made.Fingerprint);
        }
    }

    [LoggerMessage(LogLevel.Information, "No certificate is given: made one for localhost that nobody trusts, valid until {NotAfter:u}, SHA-256 {Fingerprint}")]
    private static partial void LogMade(ILogger logger, DateTimeOffset notAfter, string fingerprint);
}
