namespace SelfHealGitOps.Policy;

/// <summary>What the section <c>admission</c> of a policy file says. Immutable.</summary>
public sealed class AdmissionSettings
{
    public static AdmissionSettings Default { get; } = new();

    /// <summary>The profile to judge by at admission; null for the file's own.</summary>
    public string? Profile { get; init; }

    /// <summary>What findings lead to where nothing else is said.</summary>
    public AdmissionMode Mode { get; init; } = AdmissionMode.Enforce;

    /// <summary>The rules whose Review fixes the owner wants carried out at admission, besides every Safe one.</summary>
    public IReadOnlySet<string> Correct { get; init; } = new HashSet<string>();

    /// <summary>False: an update that leaves an old violation as it was is refused like a new one. True: it is admitted with a warning.</summary>
    public bool ToleratesOldViolations { get; init; } = true;

    /// <summary>What the file says of namespaces, for where there is no cluster to ask; by name.</summary>
    public IReadOnlyDictionary<string, NamespaceFacts> Namespaces { get; init; } = new Dictionary<string, NamespaceFacts>();

    /// <summary>What a finding of a rule leads to.</summary>
    /// <param name="namespaceName">Null for an object of the whole cluster.</param>
    /// <param name="facts">Null where nothing is known of the namespace: then the strictest mode holds that it could have.</param>
    public AdmissionMode ModeOf(string ruleId, string? namespaceName, NamespaceFacts? facts, AdmissionOperation operation) => Mode;
}
