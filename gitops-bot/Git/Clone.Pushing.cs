namespace SelfHealGitOps.Bot.Git;

internal sealed partial class Clone
{
    /// <summary>What the server says when a branch was not, or is no longer, what we took it for.</summary>
    private static readonly string[] NotAsExpected = ["stale info", "cannot lock ref", "failed to update ref", "already exists", "fetch first", "non-fast-forward", "reference not found", "incorrect old value"];

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
                    "push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no",
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

        // As expected, and refused all the same: the server is at work for another pusher.
        return (actual ?? "") == expected
            ? new PushOutcome.Failed(new(GitProblem.Busy, $"git push {Remote}: {why}"))
            : new PushOutcome.Moved(actual);
    }
}
