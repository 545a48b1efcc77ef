namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// Says once a day that the certificate, or the authority behind it, is about to end: it should have been renewed long ago,
/// and whoever was to do it does not know that nobody did.
/// </summary>
internal sealed partial class ExpiryWarning(CertificateState state, TimeProvider clock, ILogger<ExpiryWarning> logger) : BackgroundService
{
    /// <summary>As long before the end as the alert of the chart fires.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    private readonly Dictionary<string, (DateTimeOffset Until, DateTimeOffset Said)> said = [];

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var facts = state.Now;
        Warn("the certificate", facts.NotAfter);
        Warn("the authority", facts.AuthorityNotAfter);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            Look();
            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    private void Warn(string what, DateTimeOffset? end)
    {
        var now = clock.GetUtcNow();
        if (end is not { } until || until - now > Notice || (said.TryGetValue(what, out var last) && last.Until == until && now - last.Said < Pause))
        {
            return;
        }

        said[what] = (until, now);
        if (until <= now)
        {
            LogOver(what, until);
        }
        else
        {
            LogSoon(what, until);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Certificates: {What} ends at {Until:u}, and was not renewed")]
    private partial void LogSoon(string what, DateTimeOffset until);

    [LoggerMessage(LogLevel.Error, "Certificates: {What} has ended at {Until:u}: the API server trusts no answer of this process")]
    private partial void LogOver(string what, DateTimeOffset until);
}
