using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Bot.Git;

internal sealed partial class Clone
{
    private const int BytesAtOnce = 32 << 20;

    /// <summary>By commit: the objects that the server left out, for their size.</summary>
    private readonly Dictionary<string, HashSet<string>> missing = new(StringComparer.Ordinal);

    /// <summary>What a commit holds. Links, submodules, odd paths and what was too large to fetch are named and left alone.</summary>
    /// <exception cref="GitException">There is no such commit here, or it holds too much.</exception>
    public async Task<GitTree> Tree(string commit, CancellationToken cancellationToken)
    {
        var absent = await Missing(commit, cancellationToken);
        var end = await Ask(
            Local("ls-tree", "-r", "-z", "--full-tree", Hash(commit), "--") with { MostBytes = 300L * limits.Files }, cancellationToken);
        var fields = end.Fields;
        if (fields.Length > limits.Files)
        {
            throw new GitException(GitProblem.TooLarge, $"{Remote}: the commit has {fields.Length} files, at most {limits.Files} are read");
        }

        var files = new List<TreeFile>(fields.Length);
        var refused = new List<RefusedPath>();
        foreach (var field in fields)
        {
            // MODE TYPE HASH, a tab, and the path.
            var tab = field.IndexOf('\t', StringComparison.Ordinal);
            var parts = field[..tab].Split(' ');
            var (path, entry) = (field[(tab + 1)..], new TreeEntry(parts[0], parts[2]));
            if (Objection(path, entry, absent) is { } reason)
            {
                refused.Add(new(path, reason));
            }
            else
            {
                files.Add(new(path, entry.Mode, entry.Hash));
            }
        }

        return new(commit, files, refused);
    }

    /// <summary>Whether a commit is of the history that leads to another. Null where that is not known: it is no hash, one is not here, or history was cut off before it.</summary>
    public async Task<bool?> IsBefore(string commit, string tip, CancellationToken cancellationToken)
    {
        if (!IsHash(commit))
        {
            return null;
        }

        var asked = await git.Run(Local("merge-base", "--is-ancestor", commit, Hash(tip)), cancellationToken);
        if (asked.ExitCode != 1)
        {
            return asked.ExitCode == 0 ? true : null;
        }

        foreach (var end in ShallowCommits())
        {
            if ((await git.Run(Local("merge-base", "--is-ancestor", end, Hash(tip)), cancellationToken)).ExitCode == 0)
            {
                return null;
            }
        }

        return false;
    }

    /// <summary>When a commit was made, as its committer says; null where it is not here.</summary>
    public async Task<DateTimeOffset?> TimeOf(string commit, CancellationToken cancellationToken) =>
        await Resolve(Hash(commit), cancellationToken) is null ? null
        : DateTimeOffset.FromUnixTimeSeconds(long.Parse((await Ask(Local("show", "-s", "--format=%ct", "--no-notes", Hash(commit), "--"), cancellationToken)).Text.Trim(), CultureInfo.InvariantCulture));

    /// <summary>What differs between two commits; null if the first is not known here (any more), and everything may differ.</summary>
    /// <exception cref="GitException">The second is not known here.</exception>
    public async Task<IReadOnlyList<TreeChange>?> Changes(string from, string to, CancellationToken cancellationToken)
    {
        if (await Resolve(Hash(from), cancellationToken) is null)
        {
            return null;
        }

        var end = await Ask(
            Local("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", from, Hash(to), "--"), cancellationToken);
        var fields = end.Fields;
        var changes = new List<TreeChange>(fields.Length / 2);
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            // :OLDMODE NEWMODE OLDHASH NEWHASH STATUS, then the path.
            var parts = fields[i][1..].Split(' ');
            changes.Add(new(fields[i + 1], Entry(parts[0], parts[2]), Entry(parts[1], parts[3])));
        }

        return changes;

        static TreeEntry? Entry(string mode, string hash) => mode == "000000" ? null : new(mode, hash);
    }

    /// <summary>The contents of files of a commit, by path. A file that is not in the commit, or that is refused, is not in the answer.</summary>
    /// <exception cref="GitException">They cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Read(string commit, IEnumerable<string> wanted, CancellationToken cancellationToken)
    {
        HashSet<string> names = [.. wanted];
        var tree = await Tree(commit, cancellationToken);
        var contents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        await foreach (var (file, bytes) in Read(tree.Files.Where(file => names.Contains(file.Path)), null, cancellationToken))
        {
            contents[file.Path] = bytes;
        }

        return contents;
    }

    private string? Objection(string path, TreeEntry entry, HashSet<string> absent) => entry switch
    {
        { Mode: TreeEntry.Submodule } => "a submodule",
        { Mode: TreeEntry.Link } => "a symbolic link",
        { IsFile: false } => "not a regular file",
        _ when GitPath.Objection(path) is { } objection => objection,
        _ when absent.Contains(entry.Hash) => TooLarge(),
        _ => null,
    };

    private string TooLarge() => $"larger than {limits.FileBytes} bytes";

    /// <param name="refused">Takes what turns out to be too large here: not every server leaves it out.</param>
    private async IAsyncEnumerable<(TreeFile File, ReadOnlyMemory<byte> Bytes)> Read(
        IEnumerable<TreeFile> files, List<RefusedPath>? refused, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TreeFile[] all = [.. files];
        var sizes = await Sizes(all, cancellationToken);
        var batch = new List<TreeFile>();
        var bytes = 0L;
        for (var i = 0; i < all.Length; i++)
        {
            var size = sizes[i];
            if (size > limits.FileBytes)
            {
                refused?.Add(new(all[i].Path, TooLarge()));
                continue;
            }

            if (bytes + size > BytesAtOnce)
            {
                foreach (var read in await ReadBatch(batch, cancellationToken))
                {
                    yield return read;
                }

                batch.Clear();
                bytes = 0;
            }

            batch.Add(all[i]);
            bytes += size;
        }

        foreach (var read in await ReadBatch(batch, cancellationToken))
        {
            yield return read;
        }
    }

    private async Task<long[]> Sizes(TreeFile[] files, CancellationToken cancellationToken)
    {
        if (files.Length == 0)
        {
            return [];
        }

        var end = await Ask(
            Local("cat-file", "--batch-check=%(objecttype) %(objectsize)") with { Input = Lines(files.Select(file => file.Hash)) }, cancellationToken);
        var lines = end.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == files.Length && lines.All(line => line.StartsWith("blob ", StringComparison.Ordinal))
            ? [.. lines.Select(line => long.Parse(line["blob ".Length..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture))]
            : throw Lost($"{Remote}: the clone has lost the contents of a file");
    }

    private async Task<IReadOnlyList<(TreeFile File, ReadOnlyMemory<byte> Bytes)>> ReadBatch(List<TreeFile> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return [];
        }

        var end = await Ask(Local("cat-file", "--batch") with { Input = Lines(files.Select(file => file.Hash)), MostBytes = BytesAtOnce + limits.FileBytes + (100L * files.Count) }, cancellationToken);
        var read = new List<(TreeFile, ReadOnlyMemory<byte>)>(files.Count);
        ReadOnlyMemory<byte> rest = end.Bytes;
        foreach (var file in files)
        {
            // HASH blob SIZE, and the contents on the next line.
            var header = rest.Span.IndexOf((byte)'\n');
            var parts = header < 0 ? [] : Encoding.ASCII.GetString(rest.Span[..header]).Split(' ');
            if (parts is not [_, "blob", var size])
            {
                throw Lost($"{Remote}: the clone has lost the contents of a file");
            }

            var length = Number(size);
            read.Add((file, rest.Slice(header + 1, length).ToArray()));
            rest = rest[(header + 1 + length + 1)..];
        }

        return read;
    }

    /// <summary>Asked of what is here, and not of the server: any other way of asking would fetch them.</summary>
    private async Task<HashSet<string>> Missing(string commit, CancellationToken cancellationToken)
    {
        if (!missing.TryGetValue(commit, out var hashes))
        {
            var end = await Ask(
                Local("rev-list", "--objects", "--no-object-names", "--missing=print", $"{Hash(commit)}^{{tree}}", "--") with { MostBytes = 150L * limits.Files },
                cancellationToken);
            hashes = [.. end.Text.Split('\n').Where(line => line.StartsWith('?')).Select(line => line[1..])];
            missing[commit] = hashes;
        }

        return hashes;
    }
}
