namespace SelfHealGitOps.Policy;

/// <summary>What came of reading a policy file.</summary>
public abstract record PolicyReading
{
    private PolicyReading()
    {
    }

    public sealed record Accepted(PolicyConfiguration Configuration) : PolicyReading;

    /// <param name="Problems">Every mistake in the file, by line; at least one.</param>
    public sealed record Refused(IReadOnlyList<PolicyProblem> Problems) : PolicyReading;
}
