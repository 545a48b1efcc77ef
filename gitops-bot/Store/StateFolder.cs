namespace SelfHealGitOps.Bot.Store;

/// <summary>Where the bot keeps what must last, when no database was named. Only its user can look inside.</summary>
internal static class StateFolder
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary><c>$XDG_STATE_HOME/selfheal</c>, or <c>~/.local/state/selfheal</c>.</summary>
    public static string Default()
    {
        // The specification says that one which is not absolute is to be ignored.
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } set && Path.IsPathFullyQualified(set)
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state");
        return Path.Combine(state, "selfheal");
    }

    /// <exception cref="StoreException">It cannot be made.</exception>
    public static void Create(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                // One that is there keeps its mode.
                Directory.CreateDirectory(folder, FolderMode);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the state folder {folder} cannot be made: {exception.Message}; name another one, or make it so that this user may write to it", exception);
        }
    }
}
