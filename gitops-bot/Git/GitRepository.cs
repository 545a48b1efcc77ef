using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

/// <summary>A work tree, and what it was before. Nothing here changes it.</summary>
internal sealed class GitRepository
{
    private const string Link = "120000";
    private const string Submodule = "160000";

    private GitRepository(string root) => Root = root;

    /// <summary>The root of the work tree: a full path that leads through no link.</summary>
    public string Root { get; }

    /// <exception cref="UsageException">The folder is in no work tree.</exception>
    public static GitRepository Around(string folder)
    {
        var found = GitCommand.Run(folder, ["rev-parse", "--show-toplevel"]);
        return found.ExitCode == 0
            ? new(RealPath.Of(found.Text.TrimEnd('\n', '\r')))
            : throw new UsageException($"--since: '{Printable.Of(folder)}' is in no repository of git: {Printable.Of(found.Error)}");
    }

    /// <summary>The last commit that a revision and the work tree's own have in common.</summary>
    /// <exception cref="UsageException">There is no such revision, or no such commit.</exception>
    public string MergeBase(string revision)
    {
        var found = Commit(revision)
            ?? throw new UsageException($"--since {Printable.Of(revision)}: there is no such commit here; a shallow clone lacks it until it is fetched");
        var head = Commit("HEAD") ?? throw new UsageException($"--since {Printable.Of(revision)}: nothing has been committed to the branch yet");
        var common = GitCommand.Run(Root, ["merge-base", found, head]);
        return common.ExitCode == 0
            ? common.Text.Split('\n')[0]
            : throw new UsageException($"--since {Printable.Of(revision)}: it has no commit in common with HEAD; a shallow clone may lack it until more history is fetched");
    }

    /// <summary>What differs between a commit and the work tree: staged or not, and new files that are not ignored. Submodules are passed over.</summary>
    public IReadOnlyList<GitChange> ChangesSince(string commit)
    {
        var fields = Ask(
            ["diff", "--raw", "-z", "--no-abbrev", "--find-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", commit, "--"]).Fields;
        var changes = new List<GitChange>();
        for (var i = 0; i + 1 < fields.Length;)
        {
            // :OLDMODE NEWMODE OLDHASH NEWHASH STATUS, then one path, or two of a rename or copy.
            var parts = fields[i++][1..].Split(' ');
            var (oldMode, newMode, hash, status) = (parts[0], parts[1], parts[2], parts[4][0]);
            var first = fields[i++];
            var last = status is 'R' or 'C' ? fields[i++] : first;
            if (oldMode == Submodule || newMode == Submodule)
            {
                continue;
            }

            var isThere = status is not ('A' or 'U' or 'C');
            changes.Add(new(
                isThere ? Full(first) : null,
                status == 'D' ? null : Full(last),
                isThere && oldMode != Link ? hash : null));
        }

        var untracked = Ask(["ls-files", "--others", "--exclude-standard", "-z", "--full-name"]).Fields;
        changes.AddRange(untracked.Where(path => !path.EndsWith('/')).Select(path => new GitChange(null, Full(path), null)));
        return changes;
    }

    /// <summary>The contents of blobs, by their hashes.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(IEnumerable<string> hashes)
    {
        string[] wanted = [.. hashes.Distinct(StringComparer.Ordinal)];
        var blobs = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (wanted.Length == 0)
        {
            return blobs;
        }

        ReadOnlyMemory<byte> rest = Ask(["cat-file", "--batch"], Encoding.ASCII.GetBytes(string.Join('\n', wanted) + '\n')).Bytes;
        foreach (var hash in wanted)
        {
            // HASH blob SIZE, and the contents on the next line.
            var header = rest.Span.IndexOf((byte)'\n');
            var parts = header < 0 ? [] : Encoding.ASCII.GetString(rest.Span[..header]).Split(' ');
            if (parts is not [_, "blob", var size])
            {
                throw new IOException($"git has lost the object {hash}: {string.Join(' ', parts)}");
            }

            var length = int.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture);
            blobs[hash] = rest.Slice(header + 1, length);
            rest = rest[(header + 1 + length + 1)..];
        }

        return blobs;
    }

    /// <summary>Whatever the revision says, it is none but a revision: not an option, and not a range.</summary>
    private string? Commit(string revision)
    {
        var found = GitCommand.Run(Root, ["rev-parse", "--quiet", "--verify", "--end-of-options", $"{revision}^{{commit}}"]);
        return found.ExitCode == 0 ? found.Text.TrimEnd() : null;
    }

    private GitOutput Ask(string[] args, byte[]? input = null)
    {
        var output = GitCommand.Run(Root, args, input);
        return output.ExitCode == 0 ? output : throw new IOException($"git {args[0]} failed: {output.Error}");
    }

    private string Full(string path) => Path.GetFullPath(Path.Combine(Root, path));
}
