namespace SelfHealGitOps.Manifests;

/// <summary>Why a finding has no fix, and what a person has to find out: a value, not an error.</summary>
public sealed record Refusal(RefusalCode Code, string Message)
{
    public static Refusal NeedsEvidence(string what) => new(RefusalCode.NeedsEvidence, what);

    public static Refusal NeedsDecision(string what) => new(RefusalCode.NeedsDecision, what);
}
