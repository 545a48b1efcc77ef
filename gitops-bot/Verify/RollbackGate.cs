using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The revert, rehearsed: the patch that takes the file back is computed, is applied to the new file, and has to give the
/// old one, byte for byte. With a cluster, its admission has to take the touched objects as they are now, over what is live.
/// </summary>
internal sealed class RollbackGate : IGate
{
    public string Name => Gates.Rollback;

    public async Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var before = candidate.Edits.Before;
        var after = candidate.Edits.After;
        var hunks = LineHunks.Between(after.Span, before.Span);
        if (!LineHunks.Apply(after.Span, hunks).AsSpan().SequenceEqual(before.Span))
        {
            return new(Name, GateStatus.Failed, "the patch that takes the change back does not give the file as it was");
        }

        var patch = UnifiedDiff.Of(candidate.Edits.Target.File, after.Span, before.Span);
        var offline = $"the revert ({hunks.Count} {(hunks.Count == 1 ? "place" : "places")}) gives the file byte for byte";
        if (candidate.Rehearsal is not { } rehearsal)
        {
            return new(Name, GateStatus.NotRun, $"{offline}; no cluster is configured for it, so no admission has been asked", patch);
        }

        var answers = await rehearsal.AdmitAsync(cancellationToken).ConfigureAwait(false);
        var refused = answers.FirstOrDefault(answer => answer.NotAsked is not null || answer.Before is not ClusterReply.Done);
        return refused is null
            ? new(Name, GateStatus.Passed, $"{offline}, and {rehearsal.Cluster.Name} takes the {(answers.Count == 1 ? "object as it was" : $"{answers.Count} objects as they were")}", patch)
            : new(
                Name,
                GateStatus.NotRun,
                $"{offline}; {rehearsal.Cluster.Name} does not take {refused.Pair.Identity} as it was: {Printable.Of(refused.NotAsked ?? refused.Before?.Problem ?? "its version is not served")}",
                patch);
    }
}
