using System.Text;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// The files of one branch on disk, written by us and not by git: regular files alone, none of them a link, a program or
/// in a folder that a link leads to. For reading: commits are made of bytes, not of what lies here.
/// </summary>
/// <param name="Folder">Their root.</param>
/// <param name="Before">The commit that was there before this call; null where everything is written anew.</param>
/// <param name="Changed">Paths that were written or removed by this call; null if that is all of them.</param>
/// <param name="Refused">What the commit holds besides.</param>
internal sealed record WorkArea(string Folder, string Commit, string? Before, IReadOnlyList<string>? Changed, IReadOnlyList<RefusedPath> Refused);

internal sealed partial class Clone
{
    /// <summary>
    /// Brings the work area of a branch to a commit; of what is there, only what differs is written: between the commits, and
    /// between the commit and the disk, where somebody may have tidied up. A file that is gone would pass for a fix.
    /// </summary>
    /// <param name="scope">Names <paramref name="wanted"/>: with another name, everything is written anew.</param>
    /// <param name="wanted">Which paths are of interest.</param>
    /// <exception cref="GitException">There is no such commit here, or it holds too much.</exception>
    public async Task<WorkArea> Materialize(BranchName branch, string commit, string scope, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var area = Path.Combine(paths.Work, CloneCache.Name(branch.Text));
        var (folder, mark) = (Path.Combine(area, "files"), Path.Combine(area, "commit"));
        CloneCache.CreatePrivate(area);
        var tree = await Tree(commit, cancellationToken);
        var refused = tree.Refused.ToList();
        var before = await MarkedAsync(mark, scope, cancellationToken);
        var changes = before is null ? null : await Changes(before, commit, cancellationToken);

        // Until everything is written, what lies here is of no commit; a process that is killed leaves it so.
        File.Delete(mark);
        if (changes is null && Directory.Exists(folder))
        {
            DeleteFolder(folder);
        }

        CloneCache.CreatePrivate(folder);
        TreeFile[] files = [.. tree.Files.Where(file => wanted(file.Path))];
        HashSet<string>? only = changes is null ? null : [.. changes.Select(change => change.Path).Where(path => GitPath.Objection(path) is null && wanted(path))];
        foreach (var path in only ?? [])
        {
            Remove(folder, path);
        }

        if (only is not null)
        {
            only.UnionWith(await SpoiledAsync(folder, files, only, refused, cancellationToken));
        }

        string[]? names = only is null ? null : [.. only.Order(StringComparer.Ordinal)];
        var total = 0L;
        await foreach (var (file, bytes) in Read(files.Where(file => only?.Contains(file.Path) != false), refused, cancellationToken))
        {
            total += bytes.Length;
            if (total > limits.TotalBytes)
            {
                throw new GitException(GitProblem.TooLarge, $"{Remote}: the files of the commit have more than {limits.TotalBytes} bytes together");
            }

            var target = Path.Combine(folder, file.Path);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await using var stream = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                await stream.WriteAsync(bytes, cancellationToken);
            }
            catch (Exception exception) when ((exception is IOException or UnauthorizedAccessException) && IsTaken(folder, target))
            {
                refused.Add(new(file.Path, "on this file system another file has the same name"));
            }
        }

        AtomicFile.Create(mark, Encoding.UTF8.GetBytes($"{commit}\n{scope}\n"));
        return new(folder, commit, names is null ? null : before, names, refused);
    }

    /// <summary>
    /// What is not as it was written: files that are gone or have another size, and what nobody of ours put there. Whatever
    /// stands in the way of the right file is taken away.
    /// </summary>
    /// <param name="known">To be written anyway.</param>
    /// <param name="refused">Takes what is too large, and is therefore not there.</param>
    private async Task<IReadOnlyList<string>> SpoiledAsync(string folder, TreeFile[] files, HashSet<string> known, List<RefusedPath> refused, CancellationToken cancellationToken)
    {
        var sizes = await Sizes(files, cancellationToken);
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        var every = new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        Look(new DirectoryInfo(folder), "");
        var spoiled = new List<string>();
        for (var i = 0; i < files.Length; i++)
        {
            var path = files[i].Path;
            var isThere = found.Remove(path, out var size);
            if (known.Contains(path) || (isThere && size == sizes[i]))
            {
                continue;
            }

            if (sizes[i] > limits.FileBytes && !isThere)
            {
                refused.Add(new(path, TooLarge()));
                continue;
            }

            spoiled.Add(path);
            if (isThere)
            {
                Remove(folder, path);
            }
        }

        foreach (var path in found.Keys)
        {
            spoiled.Add(path);
            Remove(folder, path);
        }

        return spoiled;

        void Look(DirectoryInfo at, string prefix)
        {
            foreach (var entry in at.EnumerateFileSystemInfos("*", every))
            {
                // A link is no file of ours, wherever it leads.
                if (entry is DirectoryInfo below && (entry.Attributes & FileAttributes.ReparsePoint) == 0)
                {
                    Look(below, $"{prefix}{entry.Name}/");
                }
                else
                {
                    found[prefix + entry.Name] = entry is FileInfo file && (entry.Attributes & FileAttributes.ReparsePoint) == 0 ? file.Length : -1;
                }
            }
        }
    }

    /// <summary>The commit whose files lie there wholly; null where that is none, or they were chosen otherwise.</summary>
    private static async Task<string?> MarkedAsync(string mark, string scope, CancellationToken cancellationToken) =>
        File.Exists(mark) && await File.ReadAllLinesAsync(mark, cancellationToken) is [{ Length: 40 or 64 } commit, var by] && by == scope && commit.All(char.IsAsciiHexDigitLower)
            ? commit
            : null;

    /// <summary>By a folder, or by a file here or further up: a file system that ignores case, or a tree that names a path twice.</summary>
    private static bool IsTaken(string folder, string target)
    {
        if (Directory.Exists(target))
        {
            return true;
        }

        for (var path = target; path.Length > folder.Length; path = Path.GetDirectoryName(path)!)
        {
            if (File.Exists(path))
            {
                return true;
            }
        }

        return false;
    }

    private static void Remove(string folder, string path)
    {
        var target = Path.Combine(folder, path);
        if (new FileInfo(target) is not { LinkTarget: not null } && !File.Exists(target))
        {
            return;
        }

        File.Delete(target);
        for (var parent = Path.GetDirectoryName(target)!; parent.Length > folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!)
        {
            Directory.Delete(parent);
        }
    }
}
