using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>A file to scan: where it is, and what it is called in reports.</summary>
/// <param name="IsNamed">Given on the command line, not found by looking.</param>
internal sealed record RepositoryFile(string FullPath, string Name, bool IsNamed);

/// <summary>
/// Finds the files below the paths of the command line. Links are not followed: one that stays inside the root leads to
/// a file that is found anyway, and one that leads out is no business of the scan.
/// </summary>
internal sealed class RepositoryFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];
    private static readonly string[] SkippedFolders = [".git", "node_modules"];

    private readonly List<RepositoryFile> files = [];
    private readonly List<ProblemFile> problems = [];

    private RepositoryFiles(string root) => Root = root;

    /// <summary>The folder that file names are relative to: the scanned folder; for several paths, the one around all of them.</summary>
    public string Root { get; }

    /// <summary>Ordered by name, ordinally.</summary>
    public IReadOnlyList<RepositoryFile> Files => files;

    /// <summary>Folders that could not be listed.</summary>
    public IReadOnlyList<ProblemFile> Problems => problems;

    /// <exception cref="UsageException">A path that is not there.</exception>
    public static RepositoryFiles Find(IReadOnlyList<string> paths)
    {
        var full = new List<(string Path, bool IsFile)>();
        foreach (var path in paths)
        {
            // A link on the command line is meant: it is the user's root, not the repository's claim.
            var target = Path.GetFullPath(path);
            full.Add(Directory.Exists(target) ? (Resolve(new DirectoryInfo(target)), false)
                : File.Exists(target) ? (Resolve(new FileInfo(target)), true)
                : throw new UsageException(path.StartsWith('-')
                    ? $"there is no option '{path}'; 'selfheal scan --help' lists them"
                    : $"'{path}' is neither a file nor a folder; name one that exists, or - for standard input"));
        }

        var found = new RepositoryFiles(CommonFolder(full.Select(p => p.IsFile ? Path.GetDirectoryName(p.Path)! : p.Path)));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, isFile) in full)
        {
            if (isFile)
            {
                found.Add(path, isNamed: true, seen);
            }
            else
            {
                found.AddFolder(path, seen);
            }
        }

        found.files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    private static string Resolve(FileSystemInfo info) =>
        Path.TrimEndingDirectorySeparator(info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName);

    private static string CommonFolder(IEnumerable<string> folders) =>
        folders.Aggregate((common, folder) =>
        {
            while (!IsInside(folder, common))
            {
                common = Path.GetDirectoryName(common) ?? throw new UsageException("the paths have no folder in common");
            }

            return common;
        });

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private void AddFolder(string folder, HashSet<string> seen)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(folder).GetFileSystemInfos();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(Name(folder), ProblemCode.Unreadable, 1, 1, $"the folder cannot be listed: {exception.Message}"));
            return;
        }

        foreach (var entry in entries)
        {
            if (entry.LinkTarget is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo)
            {
                if (!SkippedFolders.Contains(entry.Name, StringComparer.Ordinal))
                {
                    AddFolder(entry.FullName, seen);
                }
            }
            else if (Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase) && IsRegular(entry))
            {
                Add(entry.FullName, isNamed: false, seen);
            }
        }
    }

    /// <summary>A pipe or a device would hang the scan.</summary>
    private static bool IsRegular(FileSystemInfo entry) => (entry.Attributes & (FileAttributes.Device | FileAttributes.ReparsePoint)) == 0;

    private void Add(string path, bool isNamed, HashSet<string> seen)
    {
        if (seen.Add(path))
        {
            files.Add(new(path, Name(path), isNamed));
        }
    }

    private string Name(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
