using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>What became of verifying a proposal.</summary>
internal abstract record Verification
{
    private Verification()
    {
    }

    /// <summary>No gate has refused it. Some may not have run: <see cref="VerifiedProposal.NotRun"/>.</summary>
    public sealed record Accepted(VerifiedProposal Proposal) : Verification;

    /// <param name="Gate">The first gate that has failed, in the order of <see cref="Gates.All"/>.</param>
    /// <param name="Results">Of every gate, also of those after it.</param>
    public sealed record Refused(string Gate, Refusal Refusal, IReadOnlyList<GateResult> Results) : Verification;
}
