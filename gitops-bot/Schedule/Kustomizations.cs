using System.IO.Enumeration;
using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Which kustomizations of a repository use which files and folders. Paths are those from the repository's root; the root itself is empty.</summary>
internal sealed class Kustomizations
{
    private static readonly string[] FileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    private static readonly string[] Lists = ["resources", "bases", "components", "patchesStrategicMerge", "configurations", "crds", "generators", "transformers", "validators", "openapi"];
    private static readonly string[] PathLists = ["patches", "patchesJson6902", "replacements"];

    private readonly Dictionary<string, List<string>> users = new(StringComparer.Ordinal);
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> unread = new(StringComparer.Ordinal);
    private HashSet<string>? blind;

    private Kustomizations()
    {
    }

    public static Kustomizations Read(RepositoryFiles files)
    {
        var all = new Kustomizations();
        var root = files.Repository;
        var reader = new ManifestReader();
        try
        {
            foreach (var path in Find(files.Root))
            {
                var folder = FolderOf(root.NameOf(files.Root, files.Name(path)));
                all.folders.Add(folder);
                // Links are not followed: what they lead to may lie outside, and need not be YAML.
                if (new FileInfo(path) is { LinkTarget: null, Length: <= ManifestReader.MaxFileBytes } && all.TryAdd(reader, folder, path))
                {
                    continue;
                }

                all.unread.Add(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In a folder that cannot be listed there may be any number of them.
            all.unread.Add("");
        }

        return all;
    }

    /// <summary>
    /// Whether some kustomization could not be read: broken, a template, a link, too large. What it uses nobody knows, and
    /// it may lead into any folder, so that <see cref="Using"/> is a lower bound for every file.
    /// </summary>
    public bool HasUnread => unread.Count > 0;

    /// <summary>Folders of those, and of all that use them: what is built there may hold any file.</summary>
    public IReadOnlySet<string> Blind => blind ??= [.. unread.Concat(unread.SelectMany(folder => Using(folder.Length == 0 ? FileNames[0] : $"{folder}/{FileNames[0]}")))];

    public bool IsOne(string folder) => folders.Contains(folder);

    /// <summary>The folders of all kustomizations that a file gets into, directly or through others. Rings end.</summary>
    public IReadOnlyList<string> Using(string file)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([file]);
        if (FileNames.Contains(Path.GetFileName(file), StringComparer.Ordinal) && found.Add(FolderOf(file)))
        {
            open.Enqueue(FolderOf(file));
        }

        while (open.TryDequeue(out var at))
        {
            foreach (var user in users.GetValueOrDefault(at) ?? [])
            {
                if (found.Add(user))
                {
                    open.Enqueue(user);
                }
            }
        }

        return Names.Sorted(found);
    }

    private static string FolderOf(string file) => file.LastIndexOf('/') is >= 0 and var slash ? file[..slash] : "";

    /// <summary>All of them, also where nothing else is scanned, or by choice of the owner nothing at all: they count all the same.</summary>
    private static FileSystemEnumerable<string> Find(string root) =>
        new(root, (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && IsFileName(entry.FileName),
            ShouldRecursePredicate = (ref entry) => entry.FileName is not ".git" and not "node_modules" && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };

    private static bool IsFileName(ReadOnlySpan<char> name)
    {
        foreach (var known in FileNames)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>False where some of it could not be read, or is not what the tool would read.</returns>
    private bool TryAdd(ManifestReader reader, string folder, string path)
    {
        var isWhole = true;
        try
        {
            foreach (var reading in reader.Read(new SourceText(path, File.ReadAllBytes(path)), isNamed: true))
            {
                isWhole &= reading.Kind is DocumentKind.Empty
                    || (reading.Kind is DocumentKind.Manifest or DocumentKind.NotManifest && reading.Problem is null && reading.Document.Root.IsMap && TryAdd(folder, reading.Document.Root));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return isWhole;
    }

    private bool TryAdd(string folder, Field root)
    {
        var isWhole = true;
        foreach (var list in Lists)
        {
            isWhole &= IsListOrAbsent(root[list]) || (list == "openapi" && root[list].IsMap);
            foreach (var entry in root[list].Elements)
            {
                isWhole &= entry.Text is not null;
                Add(folder, entry.Text);
            }
        }

        foreach (var list in PathLists)
        {
            isWhole &= IsListOrAbsent(root[list]);
            foreach (var entry in root[list].Elements)
            {
                Add(folder, entry[Name.Path].Text);
            }
        }

        Add(folder, root["openapi"][Name.Path].Text);
        foreach (var chart in root["helmCharts"].Elements)
        {
            Add(folder, chart["valuesFile"].Text);
        }

        foreach (var list in new[] { "configMapGenerator", "secretGenerator" })
        {
            isWhole &= IsListOrAbsent(root[list]);
            foreach (var generator in root[list].Elements)
            {
                foreach (var file in generator["files"].Elements)
                {
                    // KEY=FILE, or the file alone.
                    Add(folder, file.Text?[(file.Text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
                }
            }
        }

        return isWhole;
    }

    private static bool IsListOrAbsent(Field field) => field.IsList || !field.Exists;

    /// <summary>Inline patches and URLs lead nowhere in the repository, and nothing else has such a path.</summary>
    private void Add(string folder, string? entry)
    {
        if (entry is not { Length: > 0 and < 1024 } || entry.AsSpan().ContainsAny('\n', '\0')
            || ArgoSource.PathInRepository($"{folder}/{entry}") is not { } path)
        {
            return;
        }

        if (!users.TryGetValue(path, out var list))
        {
            users[path] = list = [];
        }

        list.Add(folder);
    }
}
