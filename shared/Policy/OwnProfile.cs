namespace SelfHealGitOps.Policy;

/// <summary>A profile of the owner's: the rules of others, with some more and without some.</summary>
/// <param name="Extends">Names of profiles, built-in or the owner's; never in a circle.</param>
public sealed record OwnProfile(string Name, IReadOnlyList<string> Extends, IReadOnlyList<string> Rules, IReadOnlyList<string> Without);
