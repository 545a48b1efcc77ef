using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>Globs, each with the folder that it is written from. Paths that are not below that folder are none of its business.</summary>
internal sealed class ExcludedPaths
{
    private readonly List<Entry> globs = [];

    public bool IsEmpty => globs.Count == 0;

    public static ExcludedPaths Nothing { get; } = new();

    public ExcludedPaths With(string folder, IEnumerable<Glob> added)
    {
        var paths = new ExcludedPaths();
        paths.globs.AddRange(globs);
        paths.globs.AddRange(added.Select(glob => new Entry(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, glob)));
        return paths;
    }

    /// <summary>True when the path itself is meant. Whoever walks down from above asks for each folder on the way.</summary>
    public bool Contains(string path, bool isFolder)
    {
        foreach (var (folder, glob) in globs)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && glob.IsMatch(path[folder.Length..].Replace(Path.DirectorySeparatorChar, '/'), isFolder))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a folder is meant, or one around it.</summary>
    public bool Covers(string folder)
    {
        for (string? at = IsEmpty ? null : folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Contains(at, isFolder: true))
            {
                return true;
            }
        }

        return false;
    }

    // No tuple: a list of those is compiled at run time, in every scan.
    private sealed record Entry(string Folder, Glob Glob);
}
