namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>One process, and one call of it, at a time. The system lets go of the file when the process dies.</summary>
internal static class LocalLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the file where it is not there.</summary>
    /// <exception cref="ForgeException">Somebody holds it, and does not let go.</exception>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        (await TakeAsync(path, FileMode.OpenOrCreate, time, cancellationToken))!;

    /// <summary>For reading: null where nobody has ever locked anything, and nothing is made.</summary>
    /// <exception cref="ForgeException">Somebody holds it, and does not let go.</exception>
    public static async Task<IDisposable?> TakeIfThereAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        File.Exists(path) ? await TakeAsync(path, FileMode.Open, time, cancellationToken) : null;

    private static async Task<IDisposable?> TakeAsync(string path, FileMode mode, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception exception) when (mode == FileMode.Open && exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
            {
                return null;
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
