using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Propose;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>A proposal that every gate has been asked about and none has refused. There is no other way to get one.</summary>
internal sealed record VerifiedProposal
{
    private VerifiedProposal(Proposal proposal, IReadOnlyList<GateResult> gates, string renderedHash) =>
        (Proposal, Results, RenderedHash) = (proposal, gates, renderedHash);

    public Proposal Proposal { get; }

    /// <summary>One for each of <see cref="Gates.All"/>, in that order.</summary>
    public IReadOnlyList<GateResult> Results { get; }

    /// <summary>Of the objects as they will be applied: 64 hexadecimal digits. What was approved is told from what is not by it.</summary>
    public string RenderedHash { get; }

    /// <summary>Of an action: what was judged, ready to be described and done. Null for edits.</summary>
    public PreparedAction? Action { get; private init; }

    /// <summary>Gates that should have run and did not; a person has to look.</summary>
    public IReadOnlyList<string> NotRun => [.. Results.Where(result => result.Status == GateStatus.NotRun).Select(result => result.Gate)];

    /// <summary>Null where a gate has failed: there is nothing to deliver then but a refusal.</summary>
    /// <exception cref="ArgumentException">A gate is missing, unknown, or there twice: nobody skips one.</exception>
    public static VerifiedProposal? Of(Proposal proposal, IReadOnlyList<GateResult> results, string renderedHash)
    {
        if (!results.Select(result => result.Gate).SequenceEqual(Gates.All, StringComparer.Ordinal))
        {
            throw new ArgumentException($"the gates are {string.Join(", ", Gates.All)}; there are results of {string.Join(", ", results.Select(result => result.Gate))}");
        }

        return results.Any(result => result.Status == GateStatus.Failed) ? null : new(proposal, results, renderedHash);
    }

    /// <summary>The same for an action; what was approved is told by its binding.</summary>
    public static VerifiedProposal? Of(Proposal.Act act, IReadOnlyList<GateResult> results, PreparedAction action) =>
        Of(act, results, action.Binding) is { } verified ? verified with { Action = action } : null;
}
