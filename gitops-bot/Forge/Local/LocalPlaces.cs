using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>Where the local forge has what belongs to a path.</summary>
internal static class LocalPlaces
{
    /// <summary>With branches of its own to push to: a bare repository, or one with a work tree.</summary>
    public static bool IsRepository(string path) =>
        Path.Exists(Path.Combine(path, ".git")) || (Directory.Exists(Path.Combine(path, "objects")) && File.Exists(Path.Combine(path, "HEAD")));

    /// <summary>The bare repository that a folder is taken into.</summary>
    public static string RepositoryOf(string state, string path) => $"{PagesOf(state, path)}.git";

    public static string PagesOf(string state, string path) =>
        Path.Combine(state, "forge", $"{Configuration.RepositorySettings.NameOf(path)}-{CloneCache.Name(path)[..8]}");
}
