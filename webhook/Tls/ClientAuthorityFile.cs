namespace SelfHealGitOps.Webhook.Tls;

/// <summary>The authorities of clients, read again when the file changes. A broken file leaves those before it in place.</summary>
internal sealed partial class ClientAuthorityFile(string path, ClientAuthentication clients, TimeProvider clock, ILogger<ClientAuthorityFile> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private PemFile? loaded;
    private PemFile? refused;
    private string? told;

    /// <returns>Null, or what is wrong with the file.</returns>
    public string? Load()
    {
        var file = PemFile.Read(path);
        if (file == loaded)
        {
            (refused, told) = (null, null);
            return null;
        }

        if (ClientAuthorities.Read(file, clock.GetUtcNow(), out var problem) is not { } authorities)
        {
            // Between two writes any file is broken: it counts when it is still so the next time.
            if (file == refused && told != problem)
            {
                told = problem;
                LogRefused(problem);
            }

            refused = file;
            return problem;
        }

        clients.Replace(authorities);
        (loaded, refused, told) = (file, null, null);
        LogLoaded(path);
        return null;
    }

    public override Task StartAsync(CancellationToken cancellationToken) =>
        clients.Authorities is null && Load() is { } problem ? throw new InvalidOperationException(problem) : base.StartAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Load();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception, path);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Loaded the authorities of clients, {Path}")]
    private partial void LogLoaded(string path);

    [LoggerMessage(LogLevel.Error, "The authorities of clients stay as they were: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "Looking at {Path} failed; it is tried again")]
    private partial void LogFailed(Exception exception, string path);
}
