using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>
/// Takes events from the store, where they were saved together with what they are about, to the audit log. Killed in
/// between, the next flush goes on: no event is lost, and the log takes each once.
/// </summary>
internal sealed class AuditRelay(IStore store, IAuditLog log)
{
    private const int AtOnce = 100;

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (await store.PendingEventsAsync(AtOnce, cancellationToken) is { Count: > 0 } events)
        {
            await log.AppendAsync(events, cancellationToken);
            await store.ForgetEventsAsync([.. events.Select(@event => @event.Id)], cancellationToken);
        }
    }
}
