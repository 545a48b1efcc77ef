using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace SelfHealGitOps.Bot.Store;

/// <summary>
/// Locked files that say whether the process behind a lease is still alive: the operating system takes the lock from a
/// process that was killed, so that the next one need not wait until the lease runs out. One file for each lease and token.
/// </summary>
internal sealed class LeaseFiles(string database) : IDisposable
{
    private readonly ConcurrentDictionary<string, FileStream> held = new(StringComparer.Ordinal);

    /// <summary>False where the file system has no locks that others see.</summary>
    public bool Hold(string name, long token)
    {
        var path = PathOf(name, token);
        var file = Lock(path, FileMode.OpenOrCreate);
        if (file is null)
        {
            return false;
        }

        if (Lock(path, FileMode.Open) is { } second)
        {
            second.Dispose();
            file.Dispose();
            File.Delete(path);
            return false;
        }

        held[path] = file;
        return true;
    }

    public void Release(string name, long token)
    {
        var path = PathOf(name, token);
        if (held.TryRemove(path, out var file))
        {
            file.Dispose();
            File.Delete(path);
        }
    }

    /// <summary>False also where the file is gone: somebody tidied up, and nobody can tell.</summary>
    public bool IsAbandoned(string name, long token)
    {
        var path = PathOf(name, token);
        if (held.ContainsKey(path) || Lock(path, FileMode.Open) is not { } file)
        {
            return false;
        }

        file.Dispose();
        File.Delete(path);
        return true;
    }

    public void Dispose()
    {
        foreach (var file in held.Values)
        {
            file.Dispose();
        }

        held.Clear();
    }

    private static FileStream? Lock(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = StateFolder.FileMode;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A lease's name may hold what a file's may not.
    private string PathOf(string name, long token) =>
        $"{database}-lease-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}-{token}";
}
