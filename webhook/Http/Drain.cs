using System.Runtime.InteropServices;

namespace SelfHealGitOps.Webhook.Http;

/// <summary>
/// The end of the process. On the first signal /readyz says no, and everything is answered on, until the cluster has stopped
/// sending; then nothing more is accepted, and what is in hand is answered. The second signal ends at once.
/// </summary>
internal sealed partial class Drain(WebhookOptions options, Readiness readiness, TimeProvider clock, ILogger<Drain> logger) : IDisposable
{
    /// <summary>The longest that the API server waits for an answer by default, and so the longest that is in hand.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource second = new();

    /// <summary>Runs until the token or a signal says to end, and returns when everything is answered.</summary>
    public async Task RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var cancelled = cancellationToken.Register(Signal);
        await app.StartAsync(cancellationToken);
        await first.Task;
        readiness.Drain();
        LogDraining(options.DrainDelay.TotalSeconds);
        await Task.Delay(options.DrainDelay, clock, second.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(second.Token);
        patience.CancelAfter(Patience);
        await app.StopAsync(patience.Token);
    }

    /// <summary>What a signal does.</summary>
    public void Signal()
    {
        if (!first.TrySetResult())
        {
            second.Cancel();
        }
    }

    public void Dispose() => second.Dispose();

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Signal();
    }

    [LoggerMessage(LogLevel.Information, "Draining: not ready any more, and answering for another {Seconds} s")]
    private partial void LogDraining(double seconds);
}
