using System.Security.Cryptography;
using System.Text;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// The clones of a state directory: bare, without large files, shallow until a question needs more. A cache and no more:
/// what is lost is fetched again. No other user may enter it.
/// </summary>
internal sealed class CloneCache
{
    private readonly GitProgram git;
    private readonly GitLimits limits;
    private readonly TimeProvider clock;
    private readonly string root;

    /// <param name="stateFolder">Made if it is not there.</param>
    /// <param name="searchPath">Where git and ssh are found; null for the PATH of this process.</param>
    public CloneCache(string stateFolder, TimeProvider clock, GitLimits? limits = null, string? searchPath = null)
    {
        root = Path.Combine(Path.GetFullPath(stateFolder), "git");
        this.clock = clock;
        this.limits = limits ?? new();
        foreach (var folder in (string[])["", "home", "credentials", "clones", "work", "temporary"])
        {
            CreatePrivate(Path.Combine(root, folder));
        }

        CredentialFiles.Sweep(Path.Combine(root, "credentials"));
        git = new(Path.Combine(root, "home"), searchPath);
    }

    /// <summary>Nothing is asked of the server yet. The clone is ours alone until it is disposed of.</summary>
    /// <exception cref="GitException">Another process has it, or git cannot be run.</exception>
    public async Task<Clone> Open(RemoteUrl remote, GitCredential credential, CancellationToken cancellationToken)
    {
        await git.CheckVersion(cancellationToken);
        var name = Name(remote.Text);
        var held = await CloneLock.Take(Path.Combine(root, "clones", $"{name}.lock"), limits.LockPatience, clock, cancellationToken);
        try
        {
            var clone = new Clone(git, limits, new(root, name), remote, credential, held);
            await clone.Prepare(cancellationToken);
            return clone;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>A name without meaning: no URL, branch or path can be one of a file system's special ones.</summary>
    internal static string Name(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    internal static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>Where the parts of one clone are.</summary>
internal sealed record ClonePaths(string Root, string Name)
{
    public string Folder => Path.Combine(Root, "clones", $"{Name}.git");

    /// <summary>Names the process of git that is at work for it.</summary>
    public string Running => Path.Combine(Root, "clones", $"{Name}.running");

    /// <summary>There if the clone was found to have lost something.</summary>
    public string Lost => Path.Combine(Root, "clones", $"{Name}.lost");

    public string Credentials => Path.Combine(Root, "credentials");

    /// <summary>Under the clone's own lock, so that its owner may empty it.</summary>
    public string Temporary => Path.Combine(Root, "temporary", Name);

    public string Work => Path.Combine(Root, "work", Name);
}
