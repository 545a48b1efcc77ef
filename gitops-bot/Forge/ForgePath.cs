using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Forge;

/// <summary>Which of a forge's repositories a URL means.</summary>
internal static class ForgePath
{
    /// <param name="named"><c>owner/name</c>, where the owner of the configuration says so; null to read it from the URL.</param>
    /// <exception cref="UsageException">The URL does not end in an owner and a name.</exception>
    public static (string Owner, string Name) Of(string? named, RemoteUrl url)
    {
        var path = named ?? (url.Uri?.AbsolutePath ?? url.Text[(url.Text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        path = path.Trim('/');
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        return path.Split('/') is [.., { Length: > 0 } owner, { Length: > 0 } name]
            ? (owner, name)
            : throw new UsageException($"{Printable.Of(url.Text)} does not end in an owner and a name; say which repository of the forge it is, as repository: owner/name of the forge");
    }
}
