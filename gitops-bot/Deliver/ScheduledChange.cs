using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>A verified change of a file with its place: what it can reach, and by what it is found again.</summary>
/// <param name="Change">What the radius was computed from, before anything was proved.</param>
/// <param name="Ids">Of its findings, in the order of the fixes.</param>
/// <param name="Without">What was to go with it, and was refused by a gate.</param>
/// <param name="Moves">From what to what it brings objects.</param>
/// <param name="Since">When the oldest of its findings was first seen.</param>
internal sealed record ScheduledChange(
    DeliveryKey Key, VerifiedProposal Verified, Change Change, BlastRadius Radius, IReadOnlyList<FindingId> Ids, IReadOnlyList<FindingId> Without,
    IReadOnlyList<(string From, string To)> Moves, DateTimeOffset Since)
{
    public Proposal.Edits Edits => Verified.Proposal as Proposal.Edits ?? throw new InvalidOperationException("only edits change a file");
}
