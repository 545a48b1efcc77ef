namespace SelfHealGitOps.Bot.Verify;

/// <summary>One question about a proposal. Its answer is a value; a gate that throws has failed.</summary>
internal interface IGate
{
    /// <summary>One of <see cref="Gates"/>.</summary>
    string Name { get; }

    Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken);
}
