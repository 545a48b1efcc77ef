namespace SelfHealGitOps.Policy;

/// <summary>What the owner has decided: versions to judge by, and values that fixes may use. Immutable; shared by all threads.</summary>
public sealed record PolicySettings
{
    public static PolicySettings Default { get; } = new();

    public PssVersion PssVersion { get; init; } = PssVersion.Latest;

    /// <summary>The version of the cluster's API that objects are written for.</summary>
    public KubernetesVersion KubernetesVersion { get; init; } = KubernetesVersion.Latest;

    /// <summary>Values for fixes. None is ever made up: without one, the fix is refused with <c>NEEDS_EVIDENCE</c>.</summary>
    public OwnerDefaults Defaults { get; init; } = new();

    /// <summary>Findings that the owner lets stay for a while.</summary>
    public ExemptionList Exemptions { get; init; } = ExemptionList.Empty;

    /// <summary>Ids of rules that the owner has added to the catalogue. Exemptions may name them also where they do not judge.</summary>
    public IReadOnlyList<string> OwnRuleIds { get; init; } = [];
}
