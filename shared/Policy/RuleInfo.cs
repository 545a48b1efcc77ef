using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What is known of a rule without running it.</summary>
/// <param name="Id">Kebab-case; also the fixture folder, the anchor in the documents and the token of exemptions.</param>
/// <param name="Title">The violation in a few words, as in a list.</param>
/// <param name="Why">What can happen, in one or two sentences.</param>
/// <param name="Source">Where the rule comes from: a page of the standard or of the tool whose id it keeps.</param>
/// <param name="Severity">Of every finding of the rule.</param>
/// <param name="Profiles">Where the rule is part of; every rule is part of <c>all</c>.</param>
/// <param name="Remedy">What the fix does and why it is Safe or Review, or what a person has to find out where there is none.</param>
public sealed record RuleInfo(
    string Id,
    string Title,
    string Why,
    string Source,
    Severity Severity,
    Profiles Profiles,
    string Remedy)
{
    /// <summary>The weaker control that this one stands in for, where a profile has both; null for none.</summary>
    public Replacement? Replaces { get; init; }

    /// <summary>
    /// The rules that say the same where they find something at the same place: in the profile <c>default</c> a finding
    /// counts once, under their name.
    /// </summary>
    public EquatableArray<string> SaidBy { get; init; } = [];

    /// <summary>
    /// True for a rule about how a text is laid out, not about what it says. A fix that adds a key may break it, and is
    /// carried out all the same.
    /// </summary>
    public bool IsOfLayout { get; init; }
}

/// <summary>Restricted overrides some controls of Baseline, each from a version of the Pod Security Standards on.</summary>
public sealed record Replacement(string RuleId, int SinceMinor);
