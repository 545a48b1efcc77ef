namespace SelfHealGitOps.Webhook.Http;

/// <summary>Leaves the signals to <see cref="Drain"/>: the host's own would stop listening on the first.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
