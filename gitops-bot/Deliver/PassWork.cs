using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What all that deliver for a pass work on.</summary>
/// <param name="Settings">With a forge that writes under the lease of the pass alone.</param>
internal sealed record PassWork(Clone Git, HealingSettings Settings, Pass Pass, Ledger Ledger, TimeProvider Clock, DeliveryLog Log)
{
    /// <summary>Whether none of these was found, and none may be hidden in a file that could not be read.</summary>
    public bool AreGone(IReadOnlyList<FindingId> findings)
    {
        var identities = findings.Select(id => id.Identity).ToHashSet(StringComparer.Ordinal);
        return !Pass.Scan.Result.Problems.Any() && !Pass.Files.SelectMany(file => file.Plan.Found).Any(id => identities.Contains(id.Identity));
    }
}
