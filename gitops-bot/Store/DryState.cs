using SelfHealGitOps.Bot.Audit;

namespace SelfHealGitOps.Bot.Store;

/// <summary>
/// A state folder for looking only: for clones, a copy of the store, and copies of repositories that folders were taken
/// into. It is gone afterwards, and the real one is as it was, be it there or not.
/// </summary>
/// <param name="state">The real one.</param>
internal sealed class DryState(string state) : IDisposable
{
    private const int Tries = 5;

    /// <summary>For this user alone.</summary>
    public string Folder { get; } = Detect.RealPath.Of(Directory.CreateTempSubdirectory("selfheal-dry-run-").FullName);

    /// <summary>The store as it is now, or an empty one.</summary>
    /// <exception cref="StoreException">It is damaged, or of a newer version.</exception>
    public async Task<(IStore Store, IAuditLog Audit)> OpenAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            Copy(SqliteStore.FileName);
            Copy($"{SqliteStore.FileName}-wal");
            try
            {
                return await new StateLocation.Folder(Folder).OpenAsync(clock, cancellationToken);
            }
            catch (StoreException) when (tries < Tries)
            {
                // Another process may have written between the two.
                await Task.Delay(TimeSpan.FromMilliseconds(100 * tries), clock, cancellationToken);
            }
            catch (StoreException exception)
            {
                throw new StoreException(exception.Message.Replace(Folder, state, StringComparison.Ordinal), exception);
            }
        }
    }

    /// <summary>A repository below the state folder, as it is now; where it is not there, a place to make it.</summary>
    public string CopyOf(string repository)
    {
        var copy = Path.Combine(Folder, "forge", Path.GetFileName(repository));
        if (Directory.Exists(copy) || !Directory.Exists(repository))
        {
            return copy;
        }

        Directory.CreateDirectory(copy);
        foreach (var folder in Directory.EnumerateDirectories(repository, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(repository, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(repository, file)));
        }

        return copy;
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void Copy(string name)
    {
        var (from, to) = (Path.Combine(state, name), Path.Combine(Folder, name));
        foreach (var old in (string[])[to, $"{to}-shm"])
        {
            File.Delete(old);
        }

        if (File.Exists(from))
        {
            // Whoever has it open goes on writing.
            using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
            source.CopyTo(target);
        }
    }
}
