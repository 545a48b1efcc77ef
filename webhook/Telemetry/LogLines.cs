using System.Threading.Channels;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>
/// The log: lines on a stream, written by a task of their own, so that a reader who stands still never holds up an answer. Beyond
/// a number of waiting lines the newest are dropped and counted.
/// </summary>
internal sealed class LogLines : ILoggerProvider, IAsyncDisposable
{
    private const int MostWaiting = 4096;

    private readonly WebhookOptions options;
    private readonly TimeProvider clock;
    private readonly Stream output;
    private readonly Channel<byte[]> waiting = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task writing;
    private long dropped;

    public LogLines(WebhookOptions options, TimeProvider clock, Stream output)
    {
        (this.options, this.clock, this.output) = (options, clock, output);
        writing = WriteAsync();
    }

    public long Dropped => Volatile.Read(ref dropped);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() => waiting.Writer.TryComplete();

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(2), clock));
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                while (waiting.Reader.TryRead(out var line))
                {
                    await output.WriteAsync(line);
                }

                await output.FlushAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Nobody reads any more; what comes is counted as dropped once the queue is full.
        }
    }

    private sealed class Logger(LogLines log, string category) : ILogger
    {
        // Kestrel and hosting have a lot to say about connections that come and go.
        private readonly LogLevel least = category.StartsWith("Microsoft.AspNetCore.Hosting.Diagnostics", StringComparison.Ordinal) ? LogLevel.None
            : category.StartsWith("Microsoft.", StringComparison.Ordinal) && log.options.LogLevel is LogLevel.Information ? LogLevel.Warning
            : log.options.LogLevel;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var (time, message) = (log.clock.GetUtcNow(), formatter(state, exception));
            var line = log.options.LogFormat == LogFormat.Json
                ? LogLine.Json(time, logLevel, category, message, state, exception)
                : LogLine.Text(time, logLevel, category, message, exception);
            if (!log.waiting.Writer.TryWrite(line))
            {
                Interlocked.Increment(ref log.dropped);
            }
        }
    }
}
