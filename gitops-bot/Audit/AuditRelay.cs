using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>
/// Takes events from the store, where they were saved together with what they are about, to the audit log. Killed in
/// between, the next flush goes on: no event is lost, and the log takes each once.
/// </summary>
internal sealed class AuditRelay(IStore store, IAuditLog log)
{
    private const int AtOnce = 100;

    /// <summary>Between two walks through the whole log in one process.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private (DateTimeOffset At, string? Break)? walked;

    /// <summary>Where the log is not what was written; null where it is whole, or was when last looked at within the hour. There may be none yet.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public async Task<string?> BreakAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (walked is { } last && now - last.At < Pause)
        {
            return last.Break;
        }

        string? found = null;
        try
        {
            // A write that was cut off is accounted for by the next one.
            var verdict = await AuditChain.VerifyAsync(log.LinesAsync(cancellationToken), head: null, cancellationToken);
            var problems = verdict.Problems.Where(problem => problem.Fault != AuditFault.Torn).ToList();
            found = problems.Count == 0 ? null
                : $"it is not what was written: {problems[0].Message}{(problems.Count == 1 ? "" : $", and {problems.Count - 1} more")}; see 'selfheal audit verify'. This pass was made all the same, and is in the log";
        }
        catch (StoreException exception) when (exception.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nothing was recorded yet.
        }

        walked = (now, found);
        return found;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (await store.PendingEventsAsync(AtOnce, cancellationToken) is { Count: > 0 } events)
        {
            await log.AppendAsync(events, cancellationToken);
            await store.ForgetEventsAsync([.. events.Select(@event => @event.Id)], cancellationToken);
        }
    }
}
