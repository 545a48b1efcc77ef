using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

internal sealed partial class Clone
{
    /// <summary>How much further back each time, where a question needs more history; then all of it.</summary>
    private static readonly string[] Deeper = ["--deepen=50", "--deepen=1000", "--unshallow"];

    /// <summary>Of a second branch: more than the bot's own ever has, and far less than all that came before it.</summary>
    private const string DepthOfAnother = "--depth=50";

    /// <summary>Brings a branch here as it is now; the first time its last commit alone, later all that is new.</summary>
    public async Task<FetchOutcome> Fetch(BranchName branch, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await FetchOnce(branch, cancellationToken);
            if (outcome is not FetchOutcome.Failed { Failure.Problem: GitProblem.Corrupt } && !File.Exists(paths.Lost))
            {
                return outcome;
            }
        }
        catch (GitException exception) when (exception.Failure.Problem == GitProblem.Corrupt)
        {
            // It is a cache.
        }
        catch (GitException exception)
        {
            return new FetchOutcome.Failed(exception.Failure);
        }

        try
        {
            await Renew(cancellationToken);
            return await FetchOnce(branch, cancellationToken);
        }
        catch (GitException exception)
        {
            return new FetchOutcome.Failed(exception.Failure);
        }
    }

    /// <summary>The branch that the server takes for its main one; null where it has no commit.</summary>
    /// <exception cref="GitException">It cannot be asked.</exception>
    public async Task<BranchName?> DefaultBranch(CancellationToken cancellationToken)
    {
        string[] args = ["ls-remote", "--symref", "--end-of-options", "origin", "HEAD"];
        var end = await Talk(limits.FetchPatience, args, cancellationToken);
        if (end.ExitCode != 0 && GitErrors.Read("", end.Error).Problem == GitProblem.Corrupt)
        {
            // It is a cache.
            await Renew(cancellationToken);
            end = await Talk(limits.FetchPatience, args, cancellationToken);
        }

        if (end.ExitCode != 0)
        {
            throw new GitException(GitErrors.Read($"git ls-remote {Remote}", end.Error));
        }

        const string Start = "ref: refs/heads/";
        string[] lines = end.Text.Split('\n');
        var line = Array.Find(lines, line => line.StartsWith(Start, StringComparison.Ordinal) && line.EndsWith("\tHEAD", StringComparison.Ordinal));
        if (line is null && Array.Exists(lines, line => line.EndsWith("\tHEAD", StringComparison.Ordinal)))
        {
            throw new GitException(GitProblem.NotFound, $"{Remote}: its HEAD is detached, as that of a checkout in CI is, so that it names no main branch; name the base: --base BRANCH, or base in the configuration");
        }

        return line is not null && BranchName.TryParse(line[Start.Length..^"\tHEAD".Length], out var name) ? name : null;
    }

    /// <summary>
    /// Whose the branch is: the bot's if each commit since it left its base names the bot as author and as committer and
    /// has one parent. A merge by somebody's button counts as somebody's commit.
    /// </summary>
    /// <param name="last">What the bot has pushed there last; null where that is not known. A branch that is there still is nobody else's, even if its base was rewritten.</param>
    public async Task<BranchState> Inspect(BranchName branch, BranchName @base, GitIdentity bot, string? last, CancellationToken cancellationToken)
    {
        try
        {
            switch (await Fetch(@base, cancellationToken), await Fetch(branch, cancellationToken))
            {
                case (FetchOutcome.Failed failed, _):
                    return new BranchState.Failed(failed.Failure);
                case (_, FetchOutcome.Failed failed):
                    return new BranchState.Failed(failed.Failure);
                case (_, FetchOutcome.Absent):
                    return new BranchState.Absent();
                case (FetchOutcome.Absent, _):
                    return new BranchState.Failed(new(GitProblem.NotFound, $"{Remote}: there is no branch {Printable.Of(@base.Text)}"));
                case (FetchOutcome.Fetched from, FetchOutcome.Fetched head):
                    return await Inspect(head.Commit, from.Commit, branch, @base, bot, last, cancellationToken);
                default:
                    throw new InvalidOperationException("an outcome of a fetch that is none");
            }
        }
        catch (GitException exception)
        {
            return new BranchState.Failed(exception.Failure);
        }
    }

    private async Task<BranchState> Inspect(string head, string from, BranchName branch, BranchName @base, GitIdentity bot, string? last, CancellationToken cancellationToken)
    {
        for (var step = 0; ; step++)
        {
            var shallow = ShallowCommits();
            var common = await git.Run(Local("merge-base", from, head), cancellationToken);
            var commits = await CommitsBetween(from, head, cancellationToken);
            var foreign = commits.FirstOrDefault(commit => !commit.IsBy(bot));

            // Where history was cut off on the base's side there seem to be more commits than there are, and on the
            // branch's side fewer: of the first, a verdict against the branch is not to be trusted, of the second, one for it.
            if (common.ExitCode == 0 && foreign is null && !commits.Any(commit => shallow.Contains(commit.Hash)))
            {
                return new BranchState.Ours(head, from, common.Text.TrimEnd(), [.. commits.Select(commit => commit.Hash)]);
            }

            if (shallow.Count == 0 || step == Deeper.Length)
            {
                if (head == last && commits.Any(commit => commit.Hash == head && commit.IsBy(bot)))
                {
                    // What seems to be of others was of the base before somebody rewrote that.
                    return new BranchState.Ours(head, from, from, []);
                }

                return new BranchState.Foreign(head, foreign?.Why() ?? "it has no commit in common with its base");
            }

            var end = await FetchFrom([@base, branch], [Deeper[step]], cancellationToken);
            if (end.ExitCode != 0)
            {
                throw new GitException(GitErrors.Read($"git fetch {Remote}", end.Error));
            }
        }
    }

    private async Task<FetchOutcome> FetchOnce(BranchName branch, CancellationToken cancellationToken)
    {
        // A depth would cut off again what is here of a branch that is known; without one, a branch that is not known would
        // bring all of its history, since a shallow clone cannot say what it has of that.
        var known = (await Ask(Local("for-each-ref", "--format=%(refname)", "refs/selfheal"), cancellationToken)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] depth = known.Contains(LocalRef(branch)) ? [] : [known.Length == 0 ? "--depth=1" : DepthOfAnother];
        var end = await FetchFrom([branch], depth, cancellationToken);
        if (end.ExitCode == 0)
        {
            var commit = await Resolve(LocalRef(branch), cancellationToken);
            return commit is null
                ? new FetchOutcome.Failed(new(GitProblem.Corrupt, $"{Remote}: the clone has lost {Printable.Of(branch.Text)}, is corrupt"))
                : new FetchOutcome.Fetched(commit);
        }

        if (end.Error.Contains("couldn't find remote ref", StringComparison.OrdinalIgnoreCase))
        {
            return new FetchOutcome.Absent();
        }

        return new FetchOutcome.Failed(GitErrors.Read($"git fetch {Remote}", end.Error));
    }

    /// <summary>
    /// The branches go in by standard input. git waits for it, and by then has been noted; had we been killed before that, it
    /// finds nothing there, and then nothing on the server (<see cref="Renew"/>).
    /// </summary>
    private Task<GitEnd> FetchFrom(BranchName[] branches, string[] depth, CancellationToken cancellationToken) => Talk(
        limits.FetchPatience, [.. FetchArgs(depth), "origin"], cancellationToken, string.Concat(branches.Select(branch => $"+{branch.Ref}:{LocalRef(branch)}\n")));

    private string[] FetchArgs(string[] depth) =>
    [
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--no-prune",
        "--no-show-forced-updates", $"--filter=blob:limit={limits.FileBytes + 1L}", .. depth, "--stdin", "--end-of-options",
    ];

    private HashSet<string> ShallowCommits()
    {
        var file = Path.Combine(paths.Folder, "shallow");
        return File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line.Length > 0)] : [];
    }

    private async Task<IReadOnlyList<CommitLine>> CommitsBetween(string from, string head, CancellationToken cancellationToken)
    {
        var end = await Ask(
            Local("rev-list", "--topo-order", "--reverse", "--no-commit-header", "--format=%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce", head, $"^{from}", "--"),
            cancellationToken);
        return
        [
            .. end.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\0'))
                .Select(part => new CommitLine(part[0], part[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, part[2], part[3], part[4], part[5])),
        ];
    }

    private sealed record CommitLine(string Hash, int Parents, string Author, string AuthorEmail, string Committer, string CommitterEmail)
    {
        /// <summary>One without parents is history cut off, or another history; neither is told here.</summary>
        public bool IsBy(GitIdentity bot) => Parents <= 1
            && Author == bot.Name && AuthorEmail == bot.Email && Committer == bot.Name && CommitterEmail == bot.Email;

        public string Why() => Parents > 1
            ? $"{Hash[..12]} is a merge by {Printable.Of(Committer)}"
            : $"{Hash[..12]} is by {Printable.Of(Author)}, committed by {Printable.Of(Committer)}";
    }
}
