using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>A file to scan: where it is, and what it is called in reports.</summary>
/// <param name="IsNamed">Given on the command line, not found by looking.</param>
/// <param name="IsLink">A link that was named: it is read, and never written through.</param>
internal sealed record RepositoryFile(string FullPath, string Name, bool IsNamed, bool IsLink)
{
    /// <summary>What the file held in the past; null for what it holds now.</summary>
    public ReadOnlyMemory<byte>? Contents { get; init; }
}

/// <summary>
/// Finds the files below the paths of the command line. Links found by looking are not followed: one that stays inside
/// the root leads to a file that is found anyway, and one that leads out is no business of the scan.
/// </summary>
internal sealed class RepositoryFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];
    private static readonly string[] SkippedFolders = [".git", "node_modules"];

    private readonly List<RepositoryFile> files = [];
    private readonly List<ProblemFile> problems = [];
    private readonly HashSet<string> seen;

    /// <summary>Folders that were listed, and hold no kustomization.</summary>
    private readonly HashSet<string> plain = new(StringComparer.Ordinal);
    private readonly ExcludedPaths excluded;
    private IReadOnlyList<string> folders = [];
    private RepositoryRoot? repository;

    private RepositoryFiles(string root, IReadOnlySet<string> without, ExcludedPaths excluded) =>
        (Root, seen, this.excluded) = (root, new(without, StringComparer.Ordinal), excluded);

    /// <summary>The folder that file names are relative to: the scanned folder; for several paths, the one around all of them.</summary>
    public string Root { get; }

    /// <summary>Where the names begin that files have beyond this scan.</summary>
    public RepositoryRoot Repository => repository ??= RepositoryRoot.Of(Root);

    /// <summary>Ordered by name, ordinally.</summary>
    public IReadOnlyList<RepositoryFile> Files => files;

    /// <summary>What files held that are not as they were, by full path, and null for what was not there; empty where the present is scanned.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> Past { get; private init; } = new Dictionary<string, ReadOnlyMemory<byte>?>();

    /// <summary>Folders that could not be listed.</summary>
    public IReadOnlyList<ProblemFile> Problems => problems;

    /// <summary>Whether anything was left out.</summary>
    public bool HasExcluded { get; private set; }

    /// <param name="excluded">What is not looked for; files that are named are scanned all the same.</param>
    /// <param name="without">Real paths that are not scanned: the reports of this very scan.</param>
    /// <exception cref="UsageException">A path that is not there, or that a report is written to.</exception>
    public static RepositoryFiles Find(IReadOnlyList<string> paths, IReadOnlySet<string> without, ExcludedPaths? excluded = null)
    {
        excluded ??= ExcludedPaths.Nothing;
        var folders = new List<string>();
        var named = new List<(string Path, string Target)>();
        foreach (var path in paths)
        {
            // A link on the command line is meant: it is the user's root, not the repository's claim.
            var target = RealPath.Of(path);
            if (path.Length > 0 && Directory.Exists(target))
            {
                folders.Add(target);
            }
            else if (path.Length > 0 && (File.Exists(target) || File.Exists(path)))
            {
                // The second question is for a pipe of the shell: a link to what has no name.
                var full = Path.TrimEndingDirectorySeparator(Path.Combine(Directory.GetCurrentDirectory(), path));
                named.Add((Path.Join(RealPath.Of(Path.GetDirectoryName(full)!), Path.GetFileName(full)), target));
                if (without.Contains(target))
                {
                    throw new UsageException($"'{path}' is to be scanned, and a report is to be written over it; give the report another file");
                }
            }
            else
            {
                throw new UsageException($"'{path}' is neither a file nor a folder; name one that exists, or - for standard input");
            }
        }

        var found = new RepositoryFiles(CommonFolder(folders.Concat(named.Select(file => Path.GetDirectoryName(file.Path)!))), without, excluded) { folders = folders };

        // What is named comes first, since more is said of it; a link last, since its file may be here by itself.
        foreach (var (path, target) in named.Where(file => file.Path == file.Target))
        {
            found.Add(path, target, isNamed: true);
        }

        foreach (var folder in folders)
        {
            if (excluded.Covers(folder))
            {
                found.HasExcluded = true;
                continue;
            }

            found.AddFolder(folder);
        }

        foreach (var (path, target) in named.Where(file => file.Path != file.Target))
        {
            found.Add(path, target, isNamed: true);
        }

        found.files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    /// <summary>All files of a folder that is the whole of a repository, wherever it lies and whoever asks.</summary>
    /// <param name="folder">A real path.</param>
    public static RepositoryFiles OfRepository(string folder, ExcludedPaths? excluded = null)
    {
        var found = Find([folder], new HashSet<string>(), excluded);
        found.repository = new(folder);
        return found;
    }

    /// <summary>True when all of a folder is scanned, and not only some files in it.</summary>
    /// <param name="folder">A real path.</param>
    public bool Covers(string folder) => folders.Any(scanned => IsInside(folder, scanned));

    /// <summary>What a file is called in reports, scanned or not.</summary>
    public string Name(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    public static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>False when the folder was listed and no kustomization was there; to look again in each of many folders takes longer than to scan them.</summary>
    /// <param name="folder">A full path.</param>
    public bool MayHoldKustomization(string folder) => !plain.Contains(folder);

    /// <summary>True when a file of this full path would be found, were it there.</summary>
    public bool Finds(string path) =>
        HasExtension(path)
        && folders.FirstOrDefault(folder => IsInside(path, folder)) is { } around
        && !Path.GetRelativePath(around, path).Split(Path.DirectorySeparatorChar).Intersect(SkippedFolders).Any()
        && !excluded.Contains(path, isFolder: false)
        && !excluded.Covers(Path.GetDirectoryName(path)!);

    /// <summary>The same place at another time.</summary>
    /// <param name="past">As for <see cref="Past"/>.</param>
    public RepositoryFiles As(IEnumerable<RepositoryFile> others, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> past)
    {
        var then = new RepositoryFiles(Root, new HashSet<string>(), excluded) { folders = folders, Past = past };
        then.files.AddRange(others);
        return then;
    }

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

    private void AddFolder(string folder)
    {
        if (!seen.Add(folder))
        {
            return;
        }

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

        if (!entries.Any(entry => KustomizePatches.MayBeKustomization(entry.Name)))
        {
            plain.Add(folder);
        }

        foreach (var entry in entries)
        {
            if (!excluded.IsEmpty && excluded.Contains(entry.FullName, entry is DirectoryInfo))
            {
                HasExcluded = true;
            }
            else if (entry is DirectoryInfo)
            {
                if (!SkippedFolders.Contains(entry.Name, StringComparer.Ordinal) && entry.LinkTarget is null)
                {
                    AddFolder(entry.FullName);
                }
            }
            else if (Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase) && entry.LinkTarget is null)
            {
                Add(entry.FullName, entry.FullName, isNamed: false);
            }
        }
    }

    private void Add(string path, string target, bool isNamed)
    {
        if (seen.Add(target))
        {
            files.Add(new(path, Name(path), isNamed, IsLink: path != target));
        }
    }
}
