namespace SelfHealGitOps.Bot.Git;

/// <summary>One user of a clone at a time, among tasks and processes. The system lets go of it when a process is killed.</summary>
internal static class CloneLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="GitException">Another has it for longer than we wait.</exception>
    public static async Task<FileStream> Take(string path, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var start = clock.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetElapsedTime(start) < patience)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
            catch (IOException)
            {
                throw new GitException(GitProblem.Busy, $"another process has been using the clone for {patience.TotalSeconds:0.###} seconds");
            }
        }
    }
}
