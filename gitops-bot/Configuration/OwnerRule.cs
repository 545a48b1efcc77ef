using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>Who answers for the files that a glob matches.</summary>
/// <param name="Owners"><c>@user</c>, <c>@organisation/team</c> or an e-mail address; none for files of nobody.</param>
internal sealed record OwnerRule(Glob Files, IReadOnlyList<string> Owners);
