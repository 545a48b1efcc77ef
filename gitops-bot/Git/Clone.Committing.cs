using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Bot.Git;

internal sealed partial class Clone
{
    /// <summary>Makes a commit that no branch holds yet: of the parent's tree and the bytes given, without a work tree.</summary>
    /// <exception cref="GitException">The parent is not here, or the disk does not take it.</exception>
    public async Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellationToken)
    {
        if (Refusal(request) is { } refusal)
        {
            return refusal;
        }

        var parent = Hash(request.Parent);
        var tree = await Tree(parent, cancellationToken);
        if (tree.Refused.FirstOrDefault(path => GitPath.IsUnfit(path.Path)) is { } unfit)
        {
            return new CommitOutcome.Refused(unfit.Path, "the parent holds this path, and git makes no commit on top of it");
        }

        // By hand, since a tree that nobody has checked may name a path twice.
        var known = new Dictionary<string, TreeFile>(StringComparer.Ordinal);
        var others = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in tree.Files)
        {
            known[file.Path] = file;
        }

        foreach (var path in tree.Refused)
        {
            others[path.Path] = path.Reason;
        }

        var entries = new Dictionary<string, TreeEntry?>(StringComparer.Ordinal);
        foreach (var (path, bytes) in request.Files)
        {
            if (Ancestors(path).FirstOrDefault(part => others.ContainsKey(part) || (part != path && known.ContainsKey(part))) is { } inTheWay)
            {
                return new CommitOutcome.Refused(path, others.TryGetValue(inTheWay, out var reason) ? $"'{inTheWay}' is {reason}" : $"'{inTheWay}' is a file");
            }

            var file = known.GetValueOrDefault(path);
            if (bytes is null)
            {
                entries[path] = null;
                continue;
            }

            var end = await Ask(Local("hash-object", "-t", "blob", "-w", "--no-filters", "--stdin") with { Input = bytes }, cancellationToken);
            entries[path] = new(file?.Mode == TreeEntry.Program ? TreeEntry.Program : TreeEntry.File, end.Text.TrimEnd());
        }

        foreach (var path in entries.Keys.Where(path => entries[path] is { } entry && known.GetValueOrDefault(path) is { } file && file.Hash == entry.Hash).ToArray())
        {
            entries.Remove(path);
        }

        foreach (var path in entries.Keys.Where(path => entries[path] is null && !known.ContainsKey(path)).ToArray())
        {
            entries.Remove(path);
        }

        if (entries.Count == 0)
        {
            return new CommitOutcome.Unchanged();
        }

        var who = new Signature(request.Author, request.When);
        return await Write(parent, entries, Message(request), who, who, cancellationToken) is { } commit
            ? new CommitOutcome.Committed(commit)
            : new CommitOutcome.Refused(entries.Keys.First(), "it stands where a folder is");
    }

    /// <summary>
    /// Sets the bot's commits on a base that has moved. A file that only one side changed is that side's; where both did,
    /// their lines are merged, and nothing of the repository (drivers, attributes) has a say in how.
    /// </summary>
    /// <param name="when">Of the committer; the author's date stays.</param>
    /// <exception cref="GitException">Something is not here that should be.</exception>
    public async Task<RebaseOutcome> Rebase(BranchState.Ours branch, GitIdentity bot, DateTimeOffset when, CancellationToken cancellationToken)
    {
        if (branch.Fork == branch.Base)
        {
            return new RebaseOutcome.Current();
        }

        var onto = branch.Base;
        var merged = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var commit in branch.Commits)
        {
            var old = await ReadCommit(commit, cancellationToken);
            var changes = await Changes(old.Parent, commit, cancellationToken) ?? throw Lost($"{Remote}: the clone has lost {old.Parent}");
            var since = (await Changes(old.Parent, onto, cancellationToken) ?? []).ToDictionary(change => change.Path, StringComparer.Ordinal);
            var entries = new Dictionary<string, TreeEntry?>(StringComparer.Ordinal);
            var conflicts = new List<string>();
            foreach (var change in changes)
            {
                if (!since.TryGetValue(change.Path, out var theirs))
                {
                    entries[change.Path] = change.After;
                }
                else if (theirs.After == change.After)
                {
                    // Both did the same.
                }
                else if (await Merge(change, theirs, cancellationToken) is { } both)
                {
                    entries[change.Path] = both;
                    merged.Add(change.Path);
                }
                else
                {
                    conflicts.Add(change.Path);
                }
            }

            if (conflicts.Count > 0)
            {
                return new RebaseOutcome.Conflict(conflicts);
            }

            if (entries.Count == 0)
            {
                continue;
            }

            if (await Write(onto, entries, old.Message, new(bot, old.When), new(bot, when), cancellationToken) is not { } next)
            {
                return new RebaseOutcome.Conflict([.. entries.Keys]);
            }

            onto = next;
        }

        return onto == branch.Base ? new RebaseOutcome.Emptied() : new RebaseOutcome.Rebased(onto, [.. merged]);
    }

    private CommitOutcome.Refused? Refusal(CommitRequest request)
    {
        foreach (var (path, bytes) in request.Files)
        {
            if (GitPath.Objection(path) is { } objection)
            {
                return new(path, objection);
            }

            if (bytes?.Length > limits.FileBytes)
            {
                return new(path, TooLarge());
            }
        }

        var text = string.Concat(request.Message, string.Concat(request.Trailers));
        return text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) || request.Trailers.Any(line => line.Contains('\n', StringComparison.Ordinal))
            ? new("", "the message has control characters")
            : null;
    }

    private static byte[] Message(CommitRequest request) => Encoding.UTF8.GetBytes(
        $"{request.Message.Trim()}\n\n{string.Concat(request.Trailers.Select(line => line + "\n"))}{(request.IsSignedOff ? $"Signed-off-by: {request.Author}\n" : "")}");

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }

        yield return path;
    }

    /// <summary>The file with both changes; null where there is none.</summary>
    private async Task<TreeEntry?> Merge(TreeChange ours, TreeChange theirs, CancellationToken cancellationToken)
    {
        if (ours.Before is not { IsFile: true } before || ours.After is not { IsFile: true } mine || theirs.After is not { IsFile: true } other
            || GitPath.Objection(ours.Path) is not null)
        {
            return null;
        }

        var folder = Directory.CreateDirectory(Path.Combine(paths.Temporary, Path.GetRandomFileName())).FullName;
        string[] names = ["mine", "before", "other"];
        var count = 0;
        await foreach (var (file, bytes) in Read([new("mine", "", mine.Hash), new("before", "", before.Hash), new("other", "", other.Hash)], null, cancellationToken))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, file.Path), bytes, cancellationToken);
            count++;
        }

        if (count != names.Length)
        {
            return null;
        }

        var end = await git.Run(new(folder, ["merge-file", "-p", "--quiet", "--", .. names], limits.LocalPatience), cancellationToken);
        if (end.ExitCode != 0 || end.Bytes.Length > limits.FileBytes)
        {
            return null;
        }

        var written = await Ask(Local("hash-object", "-t", "blob", "-w", "--no-filters", "--stdin") with { Input = end.Bytes }, cancellationToken);
        return new TreeEntry(other.Mode, written.Text.TrimEnd());
    }

    /// <summary>The commit; null if its tree would differ from the parent's in anything but the entries.</summary>
    private async Task<string?> Write(
        string parent, Dictionary<string, TreeEntry?> entries, byte[] message, Signature author, Signature committer, CancellationToken cancellationToken)
    {
        var file = Path.Combine(paths.Temporary, Path.GetRandomFileName());
        var index = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = file };
        await Ask(Local("read-tree", parent) with { Environment = index }, cancellationToken);
        var lines = string.Concat(entries.Select(entry => entry.Value is { } value
            ? $"{value.Mode} {value.Hash}\t{entry.Key}\0"
            : $"0 {new string('0', parent.Length)}\t{entry.Key}\0"));
        await Ask(Local("update-index", "-z", "--index-info") with { Environment = index, Input = Encoding.UTF8.GetBytes(lines) }, cancellationToken);
        var tree = (await Ask(Local("write-tree", "--missing-ok") with { Environment = index }, cancellationToken)).Text.TrimEnd();

        // As large as the repository has paths, and a pass makes one for each commit.
        File.Delete(file);
        var dates = new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = author.Who.Name,
            ["GIT_AUTHOR_EMAIL"] = author.Who.Email,
            ["GIT_AUTHOR_DATE"] = author.Date,
            ["GIT_COMMITTER_NAME"] = committer.Who.Name,
            ["GIT_COMMITTER_EMAIL"] = committer.Who.Email,
            ["GIT_COMMITTER_DATE"] = committer.Date,
        };
        var end = await Ask(Local("commit-tree", tree, "-p", parent, "-F", "-") with { Environment = dates, Input = message }, cancellationToken);
        var commit = end.Text.TrimEnd();
        var changes = await Changes(parent, commit, cancellationToken) ?? [];
        return changes.Count == entries.Count && changes.All(change => entries.TryGetValue(change.Path, out var entry) && entry == change.After)
            ? commit
            : null;
    }

    private async Task<(string Parent, DateTimeOffset When, byte[] Message)> ReadCommit(string commit, CancellationToken cancellationToken)
    {
        var end = await Ask(Local("rev-list", "--no-walk", "--no-commit-header", "--format=%P%x00%at%x00%B", Hash(commit), "--"), cancellationToken);
        var parts = end.Text.Split('\0', 3);
        return (Hash(parts[0]), DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture)), Encoding.UTF8.GetBytes(parts[2].TrimEnd('\n') + "\n"));
    }

    private readonly record struct Signature(GitIdentity Who, DateTimeOffset When)
    {
        public string Date => $"@{When.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";
    }
}
