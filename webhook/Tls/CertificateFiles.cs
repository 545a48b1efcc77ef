namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// A certificate and its key from two files, read again when they change. Contents are compared, a second apart, and no file
/// is watched: what Kubernetes mounts changes by the exchange of a link above it, of which a watch of the file is not told.
/// Whatever cannot be used leaves the certificate before it in place.
/// </summary>
internal sealed partial class CertificateFiles(
    string certificatePath, string keyPath, ServingCertificate serving, CertificateState state, TimeProvider clock, ILogger<CertificateFiles> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private (string Certificates, string Key)? loaded;
    private (string Certificates, string Key, string Reason)? refused;

    /// <summary>Before the process serves.</summary>
    /// <returns>Null, or what is wrong with the files.</returns>
    public async Task<string?> LoadAsync(CancellationToken cancellationToken)
    {
        // The files may be exchanged this very moment: a pair that does not match is read once more.
        return serving.Current is not null || await ReadAsync(cancellationToken) is null
            ? null
            : await ReadAsync(cancellationToken);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Looks at the files once.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var before = refused;
        if (await ReadAsync(cancellationToken) is not { } reason)
        {
            refused = null;
            return;
        }

        // Between two writes any pair is broken. It counts when the same is still there the next time, and is told of once.
        if (before is { } last && refused is { } now && last.Certificates == now.Certificates && last.Key == now.Key && state.Now.Problem != reason)
        {
            state.Failed(reason);
            LogRefused(reason);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception, certificatePath);
            }
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var certificates = PemFile.Read(certificatePath);
        var key = PemFile.Read(keyPath);
        if (loaded == (certificates.Text, key.Text) && certificates.Problem is null && key.Problem is null)
        {
            state.Succeeded();
            return null;
        }

        var reading = CertificatePem.Read(certificates, key, clock.GetUtcNow());
        var problem = (reading as CertificateReading.Refused)?.Reason;
        if (reading is CertificateReading.Accepted(var certificate))
        {
            problem = await TrialHandshake.TryAsync(certificate, clock, cancellationToken) is { } failure
                ? $"{certificatePath}: no TLS connection can be served with it: {failure}"
                : null;
            if (problem is null)
            {
                loaded = (certificates.Text, key.Text);
                serving.Replace(certificate);
                state.Loaded(certificate.NotBefore, certificate.NotAfter, certificate.Issuers.Select(Validity.Of));
                LogLoaded(certificatePath, state.Now.Generation, certificate.NotAfter, certificate.Fingerprint);
                return null;
            }
        }

        refused = (certificates.Text, key.Text, problem!);
        return problem;
    }

    [LoggerMessage(LogLevel.Information, "Loaded certificate {Path}, generation {Generation}, valid until {NotAfter:u}, SHA-256 {Fingerprint}")]
    private partial void LogLoaded(string path, long generation, DateTimeOffset notAfter, string fingerprint);

    [LoggerMessage(LogLevel.Error, "The certificate before stays in use: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "Looking at {Path} failed; it is tried again")]
    private partial void LogFailed(Exception exception, string path);
}
