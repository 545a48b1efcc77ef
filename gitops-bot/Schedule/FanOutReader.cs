using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Whom a file of a repository feeds: kustomizations by what they refer to, applications by their sources, clusters by the
/// applications' destinations. Applications are those of the cluster and those that the repository itself declares.
/// </summary>
internal sealed class FanOutReader(IndexedRepository repository, Kustomizations kustomizations, ArgoApplications applications)
{
    private readonly IReadOnlyList<ArgoApplication> all =
    [
        .. ((applications as ArgoApplications.Known)?.Applications ?? [])
            .Concat(repository.Index.Objects.OfKind("Application").Where(ArgoApplication.IsOne).Select(ArgoApplication.Of))
            .DistinctBy(each => (each.Name, each.Destination.Cluster, each.Destination.Namespace)),
    ];

    /// <param name="file">From the repository's root.</param>
    public GitFanOut Of(string file)
    {
        var overlays = kustomizations.Using(file);
        var fed = all.Where(application => application.Sources.Any(source => Covers(application, source, file, overlays))).ToList();
        // A set whose applications nobody has counted may make any number of them.
        var isKnown = applications is ArgoApplications.Known || (applications is ArgoApplications.NotAsked && !Sets().Any(set => MayCover(set, file, overlays)));
        isKnown &= !all.Any(application => application.Sources.Any(source => IsBlind(source)));
        return new()
        {
            Overlays = kustomizations.HasUnread ? null : [.. overlays.Select(overlay => overlay.Length == 0 ? "." : overlay)],
            Applications = isKnown ? Names.Sorted(fed.Select(each => each.ToString())) : null,
            Clusters = isKnown ? Names.Sorted(fed.Select(each => each.Destination.Cluster)) : null,
        };
    }

    private bool Covers(ArgoApplication application, ArgoSource source, string file, IReadOnlyList<string> overlays)
    {
        // A repository whose own URL nobody knows may be anybody's.
        if (repository.Urls.Count > 0 && !repository.Is(source))
        {
            return false;
        }

        if (source.Ref.Length > 0 && application.Sources.Any(other => other.ValueFiles.Contains($"${source.Ref}/{file}", StringComparer.Ordinal)))
        {
            return true;
        }

        if (source.Rendering == ArgoRendering.ValuesOnly)
        {
            return false;
        }

        if (source.Path is not { } path || ArgoSource.IsBelow(file, path) != true)
        {
            return source.Path is null || overlays.Contains(source.Path, StringComparer.Ordinal)
                || source.ValueFiles.Any(values => ArgoSource.PathInRepository($"{source.Path}/{values}") == file);
        }

        // Whatever is rendered may read any file of its folder.
        return source.Rendering != ArgoRendering.Directory || repository.RenderedAs(path, application.Name) is not null || source.Reads(file) != false;
    }

    /// <summary>Built from a kustomization that could not be read: it may read any file.</summary>
    private bool IsBlind(ArgoSource source) =>
        source.Path is { } path && kustomizations.Blind.Contains(path.Trim('/') is "." ? "" : path.Trim('/')) && (repository.Urls.Count == 0 || repository.Is(source));

    private IEnumerable<SetObject> Sets() =>
        repository.Index.Objects.OfKind("ApplicationSet").Where(each => each.Group == ArgoApplication.Group);

    /// <summary>Whether an ApplicationSet's template might lead to the file, whatever its generators fill in.</summary>
    private bool MayCover(SetObject set, string file, IReadOnlyList<string> overlays) =>
        set.Root[Manifests.Name.Spec]["templatePatch"].Exists || ArgoApplication.SourcesOf(set.Root[Manifests.Name.Spec][Manifests.Name.Template][Manifests.Name.Spec]).Any(source =>
            IsFilledIn(source.RepoUrl) || ((repository.Urls.Count == 0 || repository.Is(source))
                && (source.Path is not { } path || IsFilledIn(path) || ArgoSource.IsBelow(file, path) || overlays.Contains(path, StringComparer.Ordinal))));

    private static bool IsFilledIn(string text) => text.Contains("{{", StringComparison.Ordinal);
}
