using SelfHealGitOps.Bot.Git;

namespace SelfHealGitOps.Bot.Tests.Git;

/// <summary>What the bot does with one repository, from nothing to a branch on the server; twice the same is once.</summary>
internal static class GitPass
{
    /// <returns>The commit that the branch is at, and the files that were written.</returns>
    public static async Task<(string Commit, WorkArea Area)> Run(string state, string remote, string? searchPath = null)
    {
        var never = CancellationToken.None;
        using var clone = await new CloneCache(state, TimeProvider.System, null, searchPath).Open(RemoteUrl.Parse(remote), new GitCredential.None(), never);
        var outcome = await clone.Fetch(GitStage.Main, never);
        var main = outcome is FetchOutcome.Fetched fetched ? fetched.Commit : throw new InvalidOperationException(outcome.ToString());
        var area = await clone.Materialize(GitStage.Main, main, "all", _ => true, never);
        if (await clone.Inspect(GitStage.Fix, GitStage.Main, GitStage.Bot, last: null, never) is BranchState.Ours ours)
        {
            return (ours.Head, area);
        }

        var made = await clone.Commit(GitStage.Request(main, "b.yaml", "b: 2\n"), never);
        var commit = made is CommitOutcome.Committed committed ? committed.Commit : throw new InvalidOperationException(made.ToString());
        var pushed = await clone.Push(GitStage.Fix, commit, null, never);
        return pushed is PushOutcome.Pushed or PushOutcome.AlreadyThere ? (commit, area) : throw new InvalidOperationException(pushed.ToString());
    }
}
