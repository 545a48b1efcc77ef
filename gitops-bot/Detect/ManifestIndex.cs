using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// The objects that the files of a repository declare, by kind and name. Built once for a pass, out of what the scan has
/// read anyway; after a change, only changed files are read. Immutable. File names are those from the repository's root.
/// </summary>
internal sealed class ManifestIndex
{
    private readonly Dictionary<string, IndexedFile> files;
    private readonly Lazy<Dictionary<(string Kind, string Name), List<IndexedObject>>> byName;
    private readonly Lazy<Dictionary<string, List<IndexedObject>>> generated;
    private readonly Lazy<IReadOnlyList<IndexedFile>> partial;
    private readonly Lazy<ObjectSet> objects;

    private ManifestIndex(Dictionary<string, IndexedFile> files)
    {
        this.files = files;
        byName = new(() => Group(each => !each.Object.Identity.HasGeneratedName, each => (each.Object.Kind, each.Object.Name)));
        generated = new(() => Group(each => each.Object.Identity.HasGeneratedName, each => each.Object.Kind));
        partial = new(() => [.. InOrder().Where(file => !file.IsWhole)]);
        objects = new(() => ObjectSet.Of(InOrder().SelectMany(file => file.Objects)));
    }

    public static ManifestIndex Empty { get; } = new(new(StringComparer.Ordinal));

    /// <summary>All of them, to be asked about one another.</summary>
    public ObjectSet Objects => objects.Value;

    public int Count => files.Values.Sum(file => file.Objects.Count);

    public IEnumerable<string> Files => files.Keys;

    /// <summary>Files of which not everything is seen.</summary>
    public IReadOnlyList<IndexedFile> Partial => partial.Value;

    /// <param name="files">Nothing excluded: a second declaration must be seen also where no scan looks.</param>
    /// <param name="readings">What has been read already, by the name in <paramref name="files"/>; null for nothing.</param>
    public static ManifestIndex Read(
        RepositoryFiles files, IReadOnlyDictionary<string, FileReading>? readings, CancellationToken cancellationToken)
    {
        var root = files.Repository;
        var indexed = new IndexedFile[files.Files.Count];
        Func<Action<int>> start = () =>
        {
            var reader = new ManifestReader();
            return i =>
            {
                var file = files.Files[i];
                var name = root.NameOf(files.Root, file.Name);
                indexed[i] = readings?.GetValueOrDefault(file.Name) is { } reading ? IndexedFile.Of(name, reading) : Read(reader, file, name);
            };
        };
        RepositoryScan.InParallel(indexed.Length, start, cancellationToken);
        return Of(indexed);
    }

    public static ManifestIndex Of(IEnumerable<IndexedFile> files) => new(files.ToDictionary(file => file.Name, StringComparer.Ordinal));

    /// <summary>The same after some files have changed; nothing else is read again.</summary>
    public ManifestIndex With(IEnumerable<IndexedFile> changed, IEnumerable<string> removed)
    {
        var now = new Dictionary<string, IndexedFile>(files, StringComparer.Ordinal);
        foreach (var name in removed)
        {
            now.Remove(name);
        }

        foreach (var file in changed)
        {
            now[file.Name] = file;
        }

        return new(now);
    }

    public IReadOnlyList<IndexedObject> Named(string kind, string name) => byName.Value.GetValueOrDefault((kind, name)) ?? [];

    /// <summary>Those whose <c>generateName</c> a name of this kind begins with.</summary>
    public IEnumerable<IndexedObject> Generating(string kind, string name) =>
        (generated.Value.GetValueOrDefault(kind) ?? []).Where(each => name.StartsWith(each.Object.Name, StringComparison.Ordinal));

    public IndexedFile? File(string name) => files.GetValueOrDefault(name);

    private static IndexedFile Read(ManifestReader reader, RepositoryFile file, string name)
    {
        try
        {
            var read = FileBytes.Read(file);
            return read.IsTooLarge ? IndexedFile.Unreadable(name) : IndexedFile.Of(name, FileReading.Read(reader, new SourceText(file.Name, read.Bytes), file.IsNamed));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return IndexedFile.Unreadable(name);
        }
    }

    private Dictionary<TKey, List<IndexedObject>> Group<TKey>(Func<IndexedObject, bool> isMeant, Func<IndexedObject, TKey> keyOf)
        where TKey : notnull
    {
        var groups = new Dictionary<TKey, List<IndexedObject>>();
        foreach (var file in InOrder())
        {
            foreach (var each in file.Objects)
            {
                var indexed = new IndexedObject(file, each);
                if (isMeant(indexed))
                {
                    (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(groups, keyOf(indexed), out _) ??= []).Add(indexed);
                }
            }
        }

        return groups;
    }

    private IEnumerable<IndexedFile> InOrder() => files.Values.OrderBy(file => file.Name, StringComparer.Ordinal);
}

/// <summary>A file of an index.</summary>
/// <param name="Name">From the repository's root, with forward slashes.</param>
/// <param name="IsSkippedByArgo">Carries the comment by which Argo CD passes a file over.</param>
/// <param name="IsWhole">False where some of it could not be read, or is a template: there may be objects that nobody sees.</param>
internal sealed record IndexedFile(string Name, IReadOnlyList<SetObject> Objects, bool IsSkippedByArgo, bool IsWhole)
{
    public static IndexedFile Of(string name, FileReading reading) => new(
        name,
        reading.Objects,
        reading.Source.Bytes.IndexOf("+argocd:skip-file-rendering"u8) >= 0,
        reading.Documents.All(document => document.Kind is not (DocumentKind.Broken or DocumentKind.Template)));

    public static IndexedFile Unreadable(string name) => new(name, [], IsSkippedByArgo: false, IsWhole: false);
}

/// <summary>An object of an index, and the file that declares it.</summary>
internal sealed record IndexedObject(IndexedFile File, SetObject Object);
