using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// Keeps one fix that a gate refuses from taking those of the same file with it: a refused change is halved until what is
/// at fault stands alone, and what holds is put together again and proved as a whole.
/// </summary>
/// <param name="part">Makes a change of some of another's fixes; null where they clear nothing without the others.</param>
internal sealed class Salvage(
    Func<PlannedChange, IReadOnlyList<ProposedFix>, PlannedChange?> part, Func<PlannedChange, Task<Verification>> verify)
{
    /// <summary>After so many tries for one change, the rest is refused together.</summary>
    private const int MostTries = 40;

    private readonly List<(ProposedFix Fix, Refusal Refusal)> refused = [];
    private int tries;

    /// <summary>What was left out, each with the gate's reason.</summary>
    public IReadOnlyList<(ProposedFix Fix, Refusal Refusal)> Refused => refused;

    /// <summary>As much of a change as holds, proved; null where nothing does.</summary>
    public async Task<(PlannedChange Change, VerifiedProposal Verified)?> RunAsync(PlannedChange planned)
    {
        switch (await verify(planned))
        {
            case Verification.Accepted(var verified):
                return (planned, verified);
            case Verification.Refused(_, var refusal, _):
                // Its message begins with the name of the gate.
                refusal = refusal with { Message = $"gate {refusal.Message}" };
                if (planned.Edits.Fixes.Count == 1 || ++tries > MostTries)
                {
                    refused.AddRange(planned.Edits.Fixes.Select(fix => (fix, refusal)));
                    return null;
                }

                return await HalveAsync(planned, refusal);
            default:
                throw new InvalidOperationException("a proposal is accepted or refused");
        }
    }

    private async Task<(PlannedChange Change, VerifiedProposal Verified)?> HalveAsync(PlannedChange planned, Refusal refusal)
    {
        // What rests on evidence goes apart from what rules know, and one object from another, before anything else does.
        var fixes = planned.Edits.Fixes
            .OrderBy(fix => fix.By != Proposer.Rule).ThenBy(fix => fix.Finding.Origin.Document).ThenBy(fix => fix.Finding.Origin.Item).ToList();
        var byRules = fixes.Count(fix => fix.By == Proposer.Rule);
        var cut = byRules > 0 && byRules < fixes.Count ? byRules : CutOf(fixes);
        var first = await TryAsync(planned, fixes[..cut], refusal);
        var second = await TryAsync(planned, fixes[cut..], refusal);
        if (first is not { } a || second is not { } b)
        {
            return first ?? second;
        }

        List<ProposedFix> both = [.. a.Change.Edits.Fixes, .. b.Change.Edits.Fixes];
        if (both.Count < fixes.Count && part(planned, both) is { } joined && joined.Edits.Fixes.Count == both.Count
            && await verify(joined) is Verification.Accepted(var verified))
        {
            return (joined, verified);
        }

        // Each holds, and both together do not: the one that is worth less waits.
        var (kept, left) = both.Count - b.Change.Edits.Fixes.Count >= b.Change.Edits.Fixes.Count ? (a, b) : (b, a);
        refused.AddRange(left.Change.Edits.Fixes.Select(fix => (fix, refusal)));
        return kept;
    }

    private async Task<(PlannedChange Change, VerifiedProposal Verified)?> TryAsync(PlannedChange planned, IReadOnlyList<ProposedFix> fixes, Refusal refusal)
    {
        if (part(planned, fixes) is not { } some)
        {
            refused.AddRange(fixes.Select(fix => (fix, refusal)));
            return null;
        }

        refused.AddRange(fixes.Except(some.Edits.Fixes).Select(fix => (fix, refusal)));
        return await RunAsync(some);
    }

    /// <summary>In the middle, or where the object changes nearest to it.</summary>
    private static int CutOf(List<ProposedFix> fixes)
    {
        var middle = fixes.Count / 2;
        return Enumerable.Range(1, fixes.Count - 1)
            .OrderBy(cut => PlaceOf(fixes[cut]) == PlaceOf(fixes[cut - 1])).ThenBy(cut => Math.Abs(cut - middle)).First();

        static (int, int?) PlaceOf(ProposedFix fix) => (fix.Finding.Origin.Document, fix.Finding.Origin.Item);
    }
}
