namespace SelfHealGitOps.Policy;

/// <summary>A finding that does not count, and what exempts it: an entry of the policy file, or else a comment beside it.</summary>
/// <param name="Entry">Null where only a comment exempts it.</param>
/// <param name="Comment">Null where the policy file exempts it. A comment says nothing to admission, so the entry goes first.</param>
/// <param name="IsRefusedAtAdmission">True when admission judges by the rule as well, and nothing but a comment exempts the finding.</param>
public sealed record ExemptedFinding(Finding Finding, Exemption? Entry, InlineIgnore? Comment, bool IsRefusedAtAdmission)
{
    /// <summary>Null for a comment; Git knows who wrote it.</summary>
    public string? Owner => Entry?.Owner;

    public string Reason => Entry?.Reason ?? Comment?.Reason ?? "";

    public Expiry Expires => Entry?.Expires ?? Comment?.Expires ?? default;
}
