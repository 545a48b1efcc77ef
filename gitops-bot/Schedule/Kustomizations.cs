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

    private Kustomizations()
    {
    }

    public static Kustomizations Read(RepositoryFiles files)
    {
        var all = new Kustomizations();
        var root = files.Repository;
        var reader = new ManifestReader();
        foreach (var folder in files.Files.Select(file => Path.GetDirectoryName(file.FullPath)!).Distinct(StringComparer.Ordinal).Where(files.MayHoldKustomization))
        {
            foreach (var path in FileNames.Select(name => Path.Combine(folder, name)))
            {
                // Links are not followed: what they lead to is not of this repository, or found where it is.
                if (new FileInfo(path) is { Exists: true, LinkTarget: null, Length: <= ManifestReader.MaxFileBytes })
                {
                    all.Add(reader, FolderOf(root.NameOf(files.Root, files.Name(path))), path);
                }
            }
        }

        return all;
    }

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

    private void Add(ManifestReader reader, string folder, string path)
    {
        folders.Add(folder);
        try
        {
            foreach (var reading in reader.Read(new SourceText(path, File.ReadAllBytes(path)), isNamed: true))
            {
                if (reading.Kind is DocumentKind.Manifest or DocumentKind.NotManifest)
                {
                    Add(folder, reading.Document.Root);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The scan reports it.
        }
    }

    private void Add(string folder, Field root)
    {
        foreach (var list in Lists)
        {
            foreach (var entry in root[list].Elements)
            {
                Add(folder, entry.Text);
            }
        }

        foreach (var list in PathLists)
        {
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
            foreach (var generator in root[list].Elements)
            {
                foreach (var file in generator["files"].Elements)
                {
                    // KEY=FILE, or the file alone.
                    Add(folder, file.Text?[(file.Text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
                }
            }
        }
    }

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
