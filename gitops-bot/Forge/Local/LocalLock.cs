namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>One process, and one call of it, at a time. The system lets go of the file when the process dies.</summary>
internal static class LocalLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="ForgeException">Somebody holds it, and does not let go.</exception>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (time.GetElapsedTime(start) > Patience)
                {
                    throw new ForgeException(
                        "local forge", $"locking {path}", $"another process has held it for {Patience.TotalSeconds:0} seconds", "see which one it is and whether it is stuck", isTransient: true, inner: exception);
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
