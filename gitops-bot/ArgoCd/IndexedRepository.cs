using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>A repository at hand: one branch of it, checked out and indexed.</summary>
/// <param name="Name">As the configuration has it.</param>
/// <param name="Urls">All that are known of it, in any spelling; empty where none is.</param>
/// <param name="Base">The branch that is checked out, which pull requests go to.</param>
/// <param name="DefaultBranch">Null where nobody knows.</param>
/// <param name="Folder">The root of the work tree.</param>
internal sealed record IndexedRepository(string Name, IReadOnlyList<string> Urls, string Base, string? DefaultBranch, string Folder, ManifestIndex Index)
{
    private static readonly string[] RenderedBy =
        ["Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization", ".argocd-source.yaml"];

    private readonly Lazy<IReadOnlyList<string>> jsonnet = new(() => JsonnetBelow(Folder));

    /// <summary>What the owner keeps out of this.</summary>
    public ExcludedPaths Excluded { get; init; } = ExcludedPaths.Nothing;

    /// <summary>Files of Jsonnet, from the root, in order: Argo CD runs them beside the manifests of a folder.</summary>
    public IReadOnlyList<string> Jsonnet => jsonnet.Value;

    /// <summary>Real ones, where <see cref="Excluded"/> begins.</summary>
    public bool IsExcluded(string file)
    {
        var full = Path.Combine(Folder, file);
        return Excluded.Contains(full, isFolder: false) || Excluded.Covers(Path.GetDirectoryName(full)!);
    }

    public bool Is(ArgoSource source) => Urls.Any(url => RepositoryUrl.AreSame(url, source.RepoUrl));

    /// <summary>The file by which a folder is more than its files, for Argo CD; null for none.</summary>
    /// <param name="application">Its own overrides have its name.</param>
    public string? RenderedAs(string folder, string? application) =>
        RenderedBy.Append($".argocd-source-{application}.yaml").FirstOrDefault(name =>
        {
            var file = folder.Length == 0 ? name : $"{folder}/{name}";
            return Index.File(file) is not null || File.Exists(Path.Combine(Folder, file));
        });

    private static IReadOnlyList<string> JsonnetBelow(string folder)
    {
        // A link may lead anywhere, and is not followed.
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MatchCasing = MatchCasing.CaseSensitive };
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*.jsonnet", options)
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
                .Where(file => !file.StartsWith(".git/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}
