using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Events;
using SelfHealGitOps.Webhook.Telemetry;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Telemetry;

public sealed partial class LogTests
{
    [Fact]
    public async Task Writes_an_object_a_line_with_its_fields()
    {
        var lines = await LinesAsync(logger =>
        {
            LogPod(logger, "a\n\"b\"\u2028", 3, null, new InvalidOperationException("broken\npipe"));
            LogQuietly(logger, "left out");
        });

        var line = JsonNode.Parse(Assert.Single(lines))!;
        Assert.Equal("warn", (string?)line["level"]);
        Assert.Equal("Pod a\n\"b\"\u2028 has 3 problems in (null)", (string?)line["message"]);
        Assert.Equal("x.Category", (string?)line["category"]);
        Assert.Equal(3, (int)line["fields"]!["count"]!);
        Assert.True(line["fields"]!.AsObject().ContainsKey("namespace"));
        Assert.Contains("broken", (string?)line["exception"], StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse((string?)line["timestamp"], System.Globalization.CultureInfo.InvariantCulture, out _));
    }

    [Fact]
    public async Task A_storm_of_denials_is_counted_and_not_written()
    {
        var made = new DecisionEvent(
            AdmissionDecision.Allowed, new("v1", "Pod", "shop", "web"), "u", "ann", AdmissionOperation.Create, "", false, DateTimeOffset.UnixEpoch, "p");
        DecisionLog? log = null;
        var clock = new SteppedClock();
        var lines = await LinesAsync(logger =>
        {
            log = new DecisionLog(clock, new Typed(logger));
            for (var i = 0; i < 10_000; i++)
            {
                log.Note(made);
            }

            clock.Advance(TimeSpan.FromSeconds(11));
            log.Note(made);
        });

        Assert.Equal(DecisionLog.MostInWindow + 2, lines.Count);
        Assert.Contains("\"count\":9900", lines[^2], StringComparison.Ordinal);
        Assert.Equal(9900, log!.LeftOut);
    }

    [Fact]
    public async Task A_reader_that_stands_still_holds_nobody_up()
    {
        using var blocked = new Blocked();
        var lines = new LogLines(RunningWebhook.Options with { LogLevel = LogLevel.Information }, TimeProvider.System, blocked);
        var logger = lines.CreateLogger("x.Category");
        for (var i = 0; i < 10_000; i++)
        {
            LogPod(logger, "web", i, "shop", null);
        }

        Assert.InRange(lines.Dropped, 5000, 6000);
        blocked.Release();
        await lines.DisposeAsync();
    }

    private static async Task<List<string>> LinesAsync(Action<ILogger> log)
    {
        using var output = new MemoryStream();
        await using (var lines = new LogLines(RunningWebhook.Options with { LogLevel = LogLevel.Information }, TimeProvider.System, output))
        {
            log(lines.CreateLogger("x.Category"));
        }

        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [LoggerMessage(LogLevel.Warning, "Pod {Name} has {Count} problems in {Namespace}")]
    private static partial void LogPod(ILogger logger, string name, int count, string? @namespace, Exception? exception);

    [LoggerMessage(LogLevel.Debug, "{Text}")]
    private static partial void LogQuietly(ILogger logger, string text);

    private sealed class Typed(ILogger logger) : ILogger<DecisionLog>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logger.Log(logLevel, eventId, state, exception, formatter);
    }

    private sealed class Blocked : MemoryStream
    {
        private readonly TaskCompletionSource released = new();

        public void Release() => released.TrySetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await released.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
