using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SelfHealGitOps.Bot.Git;

/// <summary>A file as it was.</summary>
/// <param name="Commit">That left it so: a full hash. The oldest of a history that was cut off need not have touched it.</param>
/// <param name="When">The committer's date, which is whatever the committer says.</param>
internal sealed record FileVersion(string Commit, DateTimeOffset When, ReadOnlyMemory<byte> Bytes);

internal sealed partial class Clone
{
    /// <summary>How much further back for a file's history; never all of it, as that of an old repository is large.</summary>
    private static readonly string[] BackForHistory = ["--deepen=50", "--deepen=1000"];

    /// <summary>Read at once: whoever asks mostly finds what is wanted among the first.</summary>
    private const int VersionsAtOnce = 8;

    /// <summary>
    /// The contents that a file had, newest first, that of the commit itself included. Along the first parents: what the
    /// branch held, and not what was tried on the way to it. A shallow clone is deepened only once what is here has been
    /// looked through. Renames are not followed; a version that is too large, or is not here, is left out.
    /// </summary>
    /// <param name="branch">That the commit is of, and that is fetched for more.</param>
    /// <param name="most">Of versions.</param>
    /// <exception cref="GitException">The commit is not here, or the server cannot be asked for more.</exception>
    public async IAsyncEnumerable<FileVersion> History(
        BranchName branch, string commit, string file, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (GitPath.Objection(file) is not null)
        {
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; ; step++)
        {
            var shallow = ShallowCommits();
            var fresh = (await CommitsOf(commit, file, most, cancellationToken)).Where(each => !seen.Contains(each.Hash)).Take(most - seen.Count).ToList();
            foreach (var chunk in fresh.Chunk(VersionsAtOnce))
            {
                foreach (var version in await Versions(chunk, file, cancellationToken))
                {
                    yield return version;
                }
            }

            seen.UnionWith(fresh.Select(each => each.Hash));
            if (seen.Count >= most || shallow.Count == 0 || step == BackForHistory.Length)
            {
                yield break;
            }

            var end = await FetchFrom([branch], [BackForHistory[step]], cancellationToken);
            if (end.ExitCode != 0)
            {
                throw new GitException(GitErrors.Read($"git fetch {Remote}", end.Error));
            }
        }
    }

    private async Task<IReadOnlyList<(string Hash, DateTimeOffset When)>> CommitsOf(string commit, string file, int most, CancellationToken cancellationToken)
    {
        var end = await git.Ask(
            Local(
                "rev-list", "--first-parent", $"--max-count={most.ToString(CultureInfo.InvariantCulture)}", "--no-commit-header", "--format=%H %ct", Hash(commit), "--", file),
            cancellationToken);
        return
        [
            .. end.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
                .Select(part => (part[0], DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(long.Parse(part[1], CultureInfo.InvariantCulture), 0, 253402300799)))),
        ];
    }

    private async Task<IReadOnlyList<FileVersion>> Versions((string Hash, DateTimeOffset When)[] commits, string file, CancellationToken cancellationToken)
    {
        var names = string.Concat(commits.Select(commit => $"{commit.Hash}:{file}\n"));
        var check = await git.Ask(
            Local("cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)") with { Input = Encoding.UTF8.GetBytes(names) }, cancellationToken);
        var lines = check.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != commits.Length)
        {
            throw new GitException(GitProblem.Corrupt, $"{Remote}: the clone has lost the contents of a file");
        }

        var versions = new List<FileVersion>();
        for (var i = 0; i < lines.Length; i++)
        {
            // Anything else: deleted by that commit, a folder, or too large to have been fetched.
            if (lines[i].Split(' ') is ["blob", var size, var hash]
                && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= limits.FileBytes)
            {
                var read = await ReadBatch([new(file, TreeEntry.File, hash)], cancellationToken);
                versions.Add(new(commits[i].Hash, commits[i].When, read[0].Bytes));
            }
        }

        return versions;
    }
}
