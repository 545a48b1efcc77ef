namespace SelfHealGitOps.Bot.Detect;

/// <summary>Finds the policy file that holds for a path: the nearest one upwards, as far as the repository goes.</summary>
internal static class PolicySearch
{
    public const string FileName = ".selfheal.yaml";

    /// <summary>The policy file of a folder or of the nearest one above it; null when the repository, or the file system, ends first.</summary>
    /// <param name="folder">A full path.</param>
    public static string? Above(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var file = Path.Join(at, FileName);
            if (File.Exists(file))
            {
                return file;
            }

            if (Path.Exists(Path.Join(at, ".git")))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Where a policy file for the folder belongs: in the root of its repository, or in the folder where that is in none.</summary>
    public static string PlaceFor(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Join(at, ".git")))
            {
                return Path.Join(at, FileName);
            }
        }

        return Path.Join(folder, FileName);
    }

    /// <summary>The one policy file that holds for all paths of a command line; null for none.</summary>
    /// <exception cref="UsageException">There are different ones.</exception>
    public static string? For(IReadOnlyList<string> paths)
    {
        string? first = null;
        for (var i = 0; i < paths.Count; i++)
        {
            var found = Above(FolderOf(paths[i]));
            if (i > 0 && found != first)
            {
                throw new UsageException(
                    $"'{paths[0]}' and '{paths[i]}' go by different policies, {Described(first)} and {Described(found)}; scan them apart, or name one with --config");
            }

            first = found;
        }

        return first;
    }

    /// <summary>The file as somebody in the current folder would write it.</summary>
    public static string NameOf(string fullPath) => Path.GetRelativePath(Directory.GetCurrentDirectory(), fullPath).Replace(Path.DirectorySeparatorChar, '/');

    private static string Described(string? file) => file is null ? "none" : NameOf(file);

    private static string FolderOf(string path)
    {
        var target = RealPath.Of(path);
        return Directory.Exists(target)
            ? target
            : RealPath.Of(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.Combine(Directory.GetCurrentDirectory(), path)))!);
    }
}
