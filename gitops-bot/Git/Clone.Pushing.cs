using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Git;

internal sealed partial class Clone
{
    private const string Heads = "refs/heads/";

    /// <summary>What the server says when a branch was not, or is no longer, what we took it for.</summary>
    private static readonly string[] NotAsExpected = ["stale info", "cannot lock ref", "failed to update ref", "already exists", "fetch first", "non-fast-forward", "reference not found", "incorrect old value"];

    /// <summary>
    /// A repository that is named by its path is received into by a git of ours, so that its hooks and settings are ours to
    /// say: none of its programs run, and nothing is checked out.
    /// </summary>
    private const string ReceivesQuietly =
        "--receive-pack=git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c core.fsmonitor=false -c receive.autogc=false -c receive.denyCurrentBranch=refuse receive-pack";

    /// <summary>
    /// Moves a branch of the server's from where it is expected to a commit. With no commit expected, the branch is made,
    /// by one pusher and no other: a claim.
    /// </summary>
    /// <param name="expected">Where the branch is; null if it must not be there.</param>
    public Task<PushOutcome> Push(BranchName branch, string commit, string? expected, CancellationToken cancellationToken) =>
        Update(branch, Hash(commit), expected is null ? "" : Hash(expected), cancellationToken);

    /// <summary>Removes a branch of the server's if it is where it is expected.</summary>
    public Task<PushOutcome> Delete(BranchName branch, string expected, CancellationToken cancellationToken) =>
        Update(branch, "", Hash(expected), cancellationToken);

    private async Task<PushOutcome> Update(BranchName branch, string commit, string expected, CancellationToken cancellationToken)
    {
        try
        {
            // Negotiated: where the base has moved on, the server would otherwise be sent all that is here of the commit's
            // past, including files that were too large to fetch.
            var end = await Talk(
                limits.PushPatience,
                [
                    "push", .. Remote.Protocol == "file" ? [ReceivesQuietly] : Array.Empty<string>(), "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no",
                    $"--force-with-lease={branch.Ref}:{expected}", "--end-of-options", "origin", $"{commit}:{branch.Ref}",
                ],
                cancellationToken);

            // FLAG, FROM:TO, SUMMARY, with tabs.
            var line = end.Text.Split('\n').Select(text => text.Split('\t')).FirstOrDefault(parts => parts.Length == 3 && parts[1].EndsWith($":{branch.Ref}", StringComparison.Ordinal));
            if (end.ExitCode == 0 && line is not null)
            {
                // Known, so that it is fetched next time without a depth.
                await git.Run(Local(commit.Length == 0 ? ["update-ref", "-d", LocalRef(branch)] : ["update-ref", LocalRef(branch), commit]), cancellationToken);
            }

            return line switch
            {
                ["=", ..] => new PushOutcome.AlreadyThere(),
                ["*", ..] when end.ExitCode == 0 => new PushOutcome.Pushed(IsNew: true),
                [" " or "+" or "-", ..] when end.ExitCode == 0 => new PushOutcome.Pushed(IsNew: false),
                ["!", _, var why] when NotAsExpected.Any(text => why.Contains(text, StringComparison.OrdinalIgnoreCase)) =>
                    await WhereItIs(branch, commit, expected, GitErrors.OneLine(why), cancellationToken),
                ["!", _, var why] => new PushOutcome.Failed(new(GitProblem.Rejected, $"git push {Remote}: {GitErrors.OneLine(why)}")),
                _ => new PushOutcome.Failed(GitErrors.Read($"git push {Remote}", end.Error)),
            };
        }
        catch (GitException exception)
        {
            return new PushOutcome.Failed(exception.Failure);
        }
    }

    /// <summary>A branch whose name is the beginning of this one's, or has it as its beginning: one would be a file and a folder at once. Null for none.</summary>
    private async Task<string?> InTheWay(BranchName branch, CancellationToken cancellationToken)
    {
        var parts = branch.Text.Split('/');
        string[] shorter = [.. Enumerable.Range(1, parts.Length - 1).Select(count => $"{Heads}{string.Join('/', parts.Take(count))}")];
        var end = await Talk(limits.FetchPatience, ["ls-remote", "--end-of-options", "origin", .. shorter, $"{branch.Ref}/*"], cancellationToken);
        return end.ExitCode != 0 ? null : end.Text.Split('\n').Select(line => line.Split('\t')).Where(line => line.Length == 2).Select(line => line[1])
            .FirstOrDefault(name => shorter.Contains(name) || name.StartsWith($"{branch.Ref}/", StringComparison.Ordinal))?[Heads.Length..];
    }

    private async Task<PushOutcome> WhereItIs(BranchName branch, string commit, string expected, string why, CancellationToken cancellationToken)
    {
        var end = await Talk(limits.FetchPatience, ["ls-remote", "--end-of-options", "origin", branch.Ref], cancellationToken);
        if (end.ExitCode != 0)
        {
            return new PushOutcome.Failed(GitErrors.Read($"git ls-remote {Remote}", end.Error));
        }

        // The argument is a pattern: it finds refs/x/refs/heads/name as well.
        var actual = end.Text.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(parts => parts.Length == 2 && parts[1] == branch.Ref)?[0];
        if ((actual ?? "") == commit)
        {
            return new PushOutcome.AlreadyThere();
        }

        if ((actual ?? "") == expected && await InTheWay(branch, cancellationToken) is { } other)
        {
            return new PushOutcome.Failed(new(
                GitProblem.Rejected,
                $"git push {Remote}: there is a branch {Printable.Of(other)}, and beside it git can have no {branch}; rename it (git branch -m {Printable.Of(other)} OTHER), or delete it"));
        }

        // As expected, and refused all the same: the server is at work for another pusher.
        return (actual ?? "") == expected
            ? new PushOutcome.Failed(new(GitProblem.Busy, $"git push {Remote}: {why}"))
            : new PushOutcome.Moved(actual);
    }
}
