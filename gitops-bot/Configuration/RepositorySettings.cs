using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>One repository that the bot looks after.</summary>
/// <param name="Name">As reports call it; no other repository has it.</param>
/// <param name="Forge">The name of its forge, which is there.</param>
internal sealed record RepositorySettings(string Name, RemoteUrl Url, string Forge)
{
    /// <summary>The branch that fixes are for; null for the remote's default.</summary>
    public BranchName? Base { get; init; }

    /// <summary>The name of its cluster, which is there; null where that is not known.</summary>
    public string? Cluster { get; init; }

    /// <summary>Of objects that name none; null for <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>What is looked at; empty for everything.</summary>
    public IReadOnlyList<Glob> Paths { get; init; } = [];

    /// <summary>What is not, in addition to what the policy excludes.</summary>
    public IReadOnlyList<Glob> Exclude { get; init; } = [];

    /// <summary>The policy file that holds in place of the repository's own, as a full path; null for its own.</summary>
    public string? Policy { get; init; }

    /// <summary>In place of the profile that the policy names; null for that one.</summary>
    public string? Profile { get; init; }

    /// <summary>Null for what its forge has; <see cref="BotConfiguration.GitOf"/>.</summary>
    public GitAccess? Git { get; init; }

    /// <summary>The last part of a URL or path, without <c>.git</c>, in the characters that a name may have.</summary>
    public static string NameOf(string url)
    {
        var trimmed = url.TrimEnd('/', '\\');
        var name = trimmed[(trimmed.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        name = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
        name = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).TrimStart('.', '_', '-');
        return name.Length == 0 ? "repository" : name[..Math.Min(name.Length, 100)];
    }
}
