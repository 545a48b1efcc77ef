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
    /// <summary>Brings the work area of a branch to a commit; of what is there, only what differs is written.</summary>
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
        string[]? names = changes is null ? null : [.. changes.Select(change => change.Path).Where(path => GitPath.Objection(path) is null && wanted(path))];
        foreach (var path in names ?? [])
        {
            Remove(folder, path);
        }

        HashSet<string>? only = names is null ? null : [.. names];
        var total = 0L;
        await foreach (var (file, bytes) in Read(tree.Files.Where(file => wanted(file.Path) && only?.Contains(file.Path) != false), refused, cancellationToken))
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
        if (!File.Exists(target))
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
