using System.Globalization;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot;

/// <summary>Lets one bot at a time work at a repository, whatever other bots share its store.</summary>
internal static class PassLease
{
    /// <summary>After which another bot may think that this one is dead. What it still writes then is refused.</summary>
    private static readonly TimeSpan PassTime = TimeSpan.FromMinutes(30);

    /// <param name="work">With a forge that takes nothing once the lease is lost.</param>
    public static async Task<PassReport> UnderAsync(
        HealingTools tools, HealingSettings settings, Func<HealingSettings, Ledger, Task<PassReport>> work, CancellationToken cancellationToken)
    {
        switch (await tools.Store.AcquireLeaseAsync($"pass {CloneCache.Name(settings.Repository)}", tools.Holder, PassTime, cancellationToken))
        {
            case LeaseAnswer.Granted(var lease):
                try
                {
                    var ledger = new Ledger(tools.Store, tools.Audit, tools.Clock, settings.Repository, lease, PassTime);
                    return await work(settings with { Forge = new LeasedForge(settings.Forge, ledger) }, ledger);
                }
                finally
                {
                    await tools.Store.ReleaseLeaseAsync(lease, CancellationToken.None);
                }

            case LeaseAnswer.Taken(var holder, var until):
                return new(settings.Repository) { Failure = string.Create(CultureInfo.InvariantCulture, $"another bot, {holder}, is at it until {until.UtcDateTime:HH:mm:ss}Z at the latest") };
            default:
                throw new InvalidOperationException("a lease is granted or taken");
        }
    }
}
