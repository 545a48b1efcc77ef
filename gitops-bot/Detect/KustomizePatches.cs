using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// Finds the files that kustomizations use as patches. A patch looks like an object and is none: what it leaves out
/// stands in the object it is laid over, so judging it by itself finds what is not missing, and writing out a default
/// would override the base.
/// </summary>
internal static class KustomizePatches
{
    private static readonly string[] FileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    /// <summary>Full paths of the patches that any kustomization among the files, or beside one of them, refers to.</summary>
    public static IReadOnlySet<string> Find(RepositoryFiles files)
    {
        var past = files.Past;
        var patches = new HashSet<string>(StringComparer.Ordinal);
        var reader = new ManifestReader();
        foreach (var folder in files.Files.Select(file => Path.GetDirectoryName(file.FullPath)!).Distinct(StringComparer.Ordinal).Where(files.MayHoldKustomization))
        {
            foreach (var kustomization in FileNames.Select(name => Path.Combine(folder, name)).Where(path => past.TryGetValue(path, out var then) ? then is not null : File.Exists(path)))
            {
                try
                {
                    AddPatches(reader, kustomization, folder, patches, past);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // Where it is one of the scanned files, the scan says so; elsewhere it is not ours to report.
                }
            }
        }

        return patches;
    }

    public static bool IsKustomization(string path) => FileNames.Contains(Path.GetFileName(path), StringComparer.Ordinal);

    /// <summary>Some file systems find it in any case.</summary>
    /// <param name="name">Of an entry of a folder.</param>
    public static bool MayBeKustomization(string name) => FileNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static void AddPatches(ManifestReader reader, string kustomization, string folder, HashSet<string> patches, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> past)
    {
        var then = past.GetValueOrDefault(kustomization);
        if (then is null && new FileInfo(kustomization).Length > ManifestReader.MaxFileBytes)
        {
            return;
        }

        foreach (var reading in reader.Read(new SourceText(kustomization, then ?? File.ReadAllBytes(kustomization)), isNamed: true))
        {
            if (reading.Kind is not (DocumentKind.Manifest or DocumentKind.NotManifest))
            {
                continue;
            }

            var root = reading.Document.Root;
            foreach (var patch in root["patches"].Elements)
            {
                Add(patch["path"], folder, patches);
            }

            foreach (var patch in root["patchesStrategicMerge"].Elements)
            {
                Add(patch, folder, patches);
            }

            foreach (var patch in root["patchesJson6902"].Elements)
            {
                Add(patch["path"], folder, patches);
            }
        }
    }

    /// <summary>An entry may also be the patch itself, inline: then it names no file.</summary>
    private static void Add(Field path, string folder, HashSet<string> patches)
    {
        if (path.Text is { Length: > 0 and < 1024 } text && !text.Contains('\n', StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal))
        {
            patches.Add(Path.GetFullPath(Path.Combine(folder, text)));
        }
    }
}
