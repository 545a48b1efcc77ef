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

    /// <summary>What the owner keeps out of this.</summary>
    public ExcludedPaths Excluded { get; init; } = ExcludedPaths.Nothing;

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
}
