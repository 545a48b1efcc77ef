namespace SelfHealGitOps.Policy;

/// <summary>What a finding leads to at admission, from nothing to a refusal. Ordered: a larger value is stricter.</summary>
public enum AdmissionMode
{
    /// <summary>Nothing; the rule is not even counted.</summary>
    Off,

    /// <summary>The finding is counted and put into the audit log; whoever sent the object learns nothing of it.</summary>
    Observe,

    /// <summary>The object is admitted with a warning.</summary>
    Warn,

    /// <summary>The object is refused, or corrected where it safely can be.</summary>
    Enforce,
}
