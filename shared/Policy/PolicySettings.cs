using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What the owner has decided: versions to judge by, and values that fixes may use. Immutable; shared by all threads.</summary>
public sealed record PolicySettings
{
    // Before Default, which reads it.
    private static readonly IReadOnlyDictionary<string, ImagePrefix> NoMirrors = new Dictionary<string, ImagePrefix>();

    public static PolicySettings Default { get; } = new();

    public PssVersion PssVersion { get; init; } = PssVersion.Latest;

    /// <summary>The version of the cluster's API that objects are written for.</summary>
    public KubernetesVersion KubernetesVersion { get; init; } = KubernetesVersion.Latest;

    /// <summary>Values for fixes. None is ever made up: without one, the fix is refused with <c>NEEDS_EVIDENCE</c>.</summary>
    public OwnerDefaults Defaults { get; init; } = new();

    /// <summary>Where images may come from; empty where the owner has not decided.</summary>
    public EquatableArray<ImagePrefix> AllowedRegistries { get; init; } = [];

    /// <summary>What stands in for a registry, by the registry's host as <see cref="ImagePrefix.Host"/> has it.</summary>
    public IReadOnlyDictionary<string, ImagePrefix> Mirrors { get; init; } = NoMirrors;

    /// <summary>Findings that the owner lets stay for a while.</summary>
    public ExemptionList Exemptions { get; init; } = ExemptionList.Empty;

    /// <summary>Ids of rules that the owner has added to the catalogue. Exemptions may name them also where they do not judge.</summary>
    public IReadOnlyList<string> OwnRuleIds { get; init; } = [];
}
