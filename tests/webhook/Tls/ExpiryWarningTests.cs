using Microsoft.Extensions.Logging;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class ExpiryWarningTests : IDisposable
{
    private readonly ShownClock clock = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CertificateState state = new();
    private readonly HeardLines lines = new();
    private readonly ExpiryWarning warning;

    public ExpiryWarningTests() => warning = new(state, clock, lines);

    public void Dispose() => warning.Dispose();

    [Fact]
    public void Says_once_a_day_that_the_authority_ends_and_that_it_has()
    {
        Load(leafDays: 90, authorityDays: 8);
        warning.Look();
        Assert.Empty(lines.Heard);

        clock.Now += TimeSpan.FromDays(1);
        warning.Look();
        warning.Look();
        Assert.Equal(["Warning: Certificates: the authority ends at 2026-01-09 00:00:00Z, and was not renewed"], lines.Heard);

        clock.Now += TimeSpan.FromDays(1);
        warning.Look();
        Assert.Equal(2, lines.Heard.Count);
        clock.Now += TimeSpan.FromDays(6);
        warning.Look();
        Assert.Equal("Error: Certificates: the authority has ended at 2026-01-09 00:00:00Z: the API server trusts no answer of this process", lines.Heard[^1]);
    }

    [Fact]
    public void Says_it_of_the_certificate_too_and_is_content_when_it_is_renewed()
    {
        Load(leafDays: 3, authorityDays: 300);
        warning.Look();
        Assert.Equal(["Warning: Certificates: the certificate ends at 2026-01-04 00:00:00Z, and was not renewed"], lines.Heard);
        Load(leafDays: 90, authorityDays: 300);
        clock.Now += TimeSpan.FromDays(2);
        warning.Look();
        Assert.Single(lines.Heard);
    }

    [Fact]
    public void Has_nothing_to_say_before_a_certificate_is_loaded()
    {
        warning.Look();
        Assert.Empty(lines.Heard);
    }

    private void Load(int leafDays, int authorityDays) =>
        state.Loaded(clock.Now, clock.Now.AddDays(leafDays), [(clock.Now, clock.Now.AddDays(authorityDays))]);

    private sealed class HeardLines : ILogger<ExpiryWarning>
    {
        public List<string> Heard { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Heard.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
