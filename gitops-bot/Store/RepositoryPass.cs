namespace SelfHealGitOps.Bot.Store;

/// <summary>The last pass over a base branch: where neither commit nor digest has moved, there is nothing to scan.</summary>
/// <param name="Repository">Its URL, without credentials.</param>
/// <param name="Digest">Of policy, rules and configuration: a finding may come of a new rule without a new commit.</param>
internal sealed record RepositoryPass(string Repository, string Branch, string Commit, string Digest, DateTimeOffset At);
