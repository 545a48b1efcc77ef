using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// The files of work areas as the last pass read them, so that the next one reads those alone that have changed. It lasts
/// as long as the process, and takes about twelve times the size of the files; what is too much is let go, the longest
/// unused first.
/// </summary>
/// <param name="most">Bytes of all files together.</param>
internal sealed class ReadFiles(long most = ReadFiles.Most)
{
    private const long Most = 32 << 20;

    private static readonly IReadOnlyDictionary<string, FileReading> None = new Dictionary<string, FileReading>();

    private readonly Lock gate = new();

    /// <summary>The least recently used first.</summary>
    private readonly List<(string Folder, string Commit, IReadOnlyDictionary<string, FileReading> Files, long Bytes)> areas = [];

    /// <summary>What is known of the files of an area, by name; of those that have changed, nothing.</summary>
    public IReadOnlyDictionary<string, FileReading> Of(WorkArea area)
    {
        lock (gate)
        {
            var known = areas.Find(each => each.Folder == area.Folder);
            if (known.Files is null || area.Before != known.Commit || area.Changed is not { } changed)
            {
                // Another process may have moved it on meanwhile.
                return None;
            }

            var files = known.Files.ToDictionary(StringComparer.Ordinal);
            foreach (var path in changed)
            {
                files.Remove(path);
            }

            return files;
        }
    }

    public void Keep(WorkArea area, IReadOnlyDictionary<string, FileReading> files)
    {
        lock (gate)
        {
            areas.RemoveAll(each => each.Folder == area.Folder);
            areas.Add((area.Folder, area.Commit, files, files.Values.Sum(file => (long)file.Source.Memory.Length)));
            while (areas.Sum(each => each.Bytes) > most)
            {
                areas.RemoveAt(0);
            }
        }
    }
}
