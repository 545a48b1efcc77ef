namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// What files are called beyond one scan: from the root of their repository, or from the current folder where there is
/// none, so that a file has one name whichever path was scanned.
/// </summary>
/// <param name="Folder">A full path.</param>
internal sealed record RepositoryRoot(string Folder)
{
    /// <param name="scanned">The folder that file names of the scan are relative to; null for standard input.</param>
    public static RepositoryRoot Of(string? scanned)
    {
        for (var folder = scanned; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            // In a submodule, or a work tree of its own, .git is a file.
            if (Path.Exists(Path.Combine(folder, ".git")))
            {
                return new(folder);
            }
        }

        var current = RealPath.Of(".");
        return new(scanned is null || IsInside(scanned, current) ? current : scanned);
    }

    /// <summary>The name of a file, with forward slashes.</summary>
    /// <param name="scanned">The folder that <paramref name="file"/> is relative to; null for standard input.</param>
    public string NameOf(string? scanned, string file) =>
        scanned is null ? file : Path.GetRelativePath(Folder, Path.Combine(scanned, file)).Replace(Path.DirectorySeparatorChar, '/');

    public static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
