using System.Globalization;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot;

/// <summary>Lets one bot at a time work at a repository, whatever other bots share its store.</summary>
internal static class PassLease
{
    /// <summary>After which another bot may think that this one is dead. What it still writes then is refused.</summary>
    private static readonly TimeSpan PassTime = TimeSpan.FromMinutes(5);

    /// <summary>Between two looks at whether the lease is to be renewed, beside the work: one that fails leaves time for others.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(1);

    /// <summary>
    /// First the forge carries out what people want of it; then the work. A break in the audit log is said, and stops nothing:
    /// to damage the log would else be a way to stop the bot. What the pass does is added to it, where its end is whole.
    /// </summary>
    /// <param name="work">With a forge that takes nothing once the lease is lost.</param>
    public static async Task<PassReport> UnderAsync(
        HealingTools tools, HealingSettings settings, Func<HealingSettings, Ledger, Task<PassReport>> work, CancellationToken cancellationToken)
    {
        switch (await tools.Store.AcquireLeaseAsync($"pass {CloneCache.Name(settings.Repository)}", tools.Holder, PassTime, cancellationToken))
        {
            case LeaseAnswer.Granted(var lease):
                var ledger = new Ledger(tools.Store, tools.Audit, tools.Clock, settings.Repository, lease, PassTime);
                using (var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
                {
                    var beating = BeatAsync(ledger, tools.Clock, over.Token);
                    try
                    {
                        var forge = new LeasedForge(settings.Forge, ledger);
                        var broken = await tools.Audit.BreakAsync(tools.Clock.GetUtcNow(), cancellationToken);
                        var unsettled = await forge.SettleAsync(cancellationToken);
                        var report = await work(settings with { Forge = forge }, ledger);
                        return report with
                        {
                            Events =
                            [
                                .. broken is null ? [] : new[] { new PassEvent(PassAct.Failed, "audit log", Where: null, broken) },
                                .. unsettled.Select(wish => new PassEvent(PassAct.Held, wish.Title, wish.Where, wish.Why)),
                                .. report.Events,
                            ],
                        };
                    }
                    finally
                    {
                        await over.CancelAsync();
                        await beating;
                        await tools.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
                    }
                }

            case LeaseAnswer.Taken(var holder, var until):
                return new(settings.Repository) { Failure = string.Create(CultureInfo.InvariantCulture, $"another bot, {holder}, is at it; its lease ends at {until.UtcDateTime:HH:mm:ss}Z, unless it goes on working") };
            default:
                throw new InvalidOperationException("a lease is granted or taken");
        }
    }

    /// <summary>Keeps the lease for as long as the work takes, however long it asks nothing of the forge.</summary>
    private static async Task BeatAsync(Ledger ledger, TimeProvider clock, CancellationToken over)
    {
        using var beat = new PeriodicTimer(Beat, clock);
        try
        {
            while (await beat.WaitForNextTickAsync(over))
            {
                try
                {
                    await ledger.HoldAsync(over);
                }
                catch (StoreException)
                {
                    // The next beat may find the store well; if none does, the work does not either, and says so.
                }
            }
        }
        catch (Exception exception) when (exception is LeaseLostException or OperationCanceledException)
        {
            // Lost: the next thing that the work wants to write is refused, and it says why. Cancelled: it is done.
        }
    }
}
