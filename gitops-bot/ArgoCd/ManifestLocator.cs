using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>
/// From a live object to the place that declares it: its owner, the application that claims it, what that reads, and the
/// one object there that has its name. Where two answers are possible there is none: a pull request on the wrong file is
/// worse than no pull request.
/// </summary>
internal sealed class ManifestLocator(IReadOnlyList<IndexedRepository> repositories, ArgoApplications applications, ArgoSettings settings)
{
    private const string FluxKustomization = "kustomize.toolkit.fluxcd.io/name";
    private const string FluxRelease = "helm.toolkit.fluxcd.io/name";
    private const string HelmRelease = "meta.helm.sh/release-name";

    private static readonly Doubt Unclaimed = new(0.40m, "nothing in the cluster says that the object comes from this repository");

    private readonly IReadOnlyList<ArgoApplication> known = (applications as ArgoApplications.Known)?.Applications ?? [];
    private readonly Lazy<ILookup<TrackedObject, ArgoApplication>> managers = new(() =>
        ((applications as ArgoApplications.Known)?.Applications ?? [])
            .SelectMany(application => (application.Resources ?? []).Distinct().Select(resource => (resource, application)))
            .ToLookup(pair => pair.resource, pair => pair.application));

    /// <param name="fields">Those that are to be changed; empty where that is not known yet.</param>
    public async Task<ManifestPlace> LocateAsync(
        ICluster cluster, ServedTypes types, JsonObject item, IReadOnlyList<FieldPath> fields, CancellationToken cancellationToken) =>
        await RootOwner.FindAsync(cluster, types, item, cancellationToken).ConfigureAwait(false) switch
        {
            RootOwner.Found(var root, var chain) => LiveObjects.Of(root) is { } live
                ? Locate(live, chain, fields)
                : new ManifestPlace.Unplaced(UnplacedCode.ObjectUnreadable, $"{chain[^1]} reads as a list of objects", "nothing: lists are not applied", []),
            RootOwner.Lost(var why) => new ManifestPlace.Unplaced(UnplacedCode.OwnerUnknown, why, "look again when its owner can be read; only the owner is declared anywhere", []),
            _ => throw new InvalidOperationException("unknown owner"),
        };

    /// <param name="live">The object at the end of the owners.</param>
    /// <param name="chain">The owners, the object itself first.</param>
    public ManifestPlace Locate(SetObject live, IReadOnlyList<string> chain, IReadOnlyList<FieldPath> fields)
    {
        var search = new Search(live, [.. chain], fields);
        var annotations = live.Root[Name.Metadata][Name.Annotations];
        var label = live.Labels[settings.InstanceLabel].Text;
        if (annotations[TrackingId.Annotation].Text is { } text)
        {
            return ByTrackingId(search, text, label);
        }

        if (label is not null && applications is ArgoApplications.Unknown(var problem))
        {
            return NoApplications(search, $"label {settings.InstanceLabel}={label}", problem);
        }

        var labelled = label is null ? [] : Named(label);
        var listing = managers.Value[KeyOf(live)].Distinct().ToList();
        if (labelled.Count > 1 || listing.Count > 1)
        {
            return Ambiguous(search, labelled.Count > 1 ? labelled : listing);
        }

        if (labelled is [var application])
        {
            // Charts set the label too; an application of that name may have nothing to do with it.
            search.Doubts.Add(new(0.10m, $"claimed by the label {settings.InstanceLabel} alone, which anybody may set"));
            search.Way.Add($"label {settings.InstanceLabel} names Application {application}");
            return OtherOwner(live) is { } owner ? Ambiguous(search, [$"Application {application}", owner]) : InApplication(search, application);
        }

        if (Flux(live) is { } flux)
        {
            return new ManifestPlace.Unplaced(UnplacedCode.UnmappedSource, $"{search.Name} is applied by {flux}: rendered source, not mapped yet", "change the source of that by hand", []);
        }

        if (listing is [var manager])
        {
            if (OtherOwner(live) is { } owner)
            {
                return Ambiguous(search, [$"Application {manager}", owner]);
            }

            search.Doubts.Add(new(0.05m, "claimed by no mark of its own, only by the application's list"));
            search.Way.Add($"listed by Application {manager}");
            return InApplication(search, manager);
        }

        if (annotations[HelmRelease].Text is { } release)
        {
            return new ManifestPlace.Unplaced(UnplacedCode.UnmappedSource, $"{search.Name} belongs to the Helm release {release}: rendered source, not mapped yet", "change the values of the release by hand", []);
        }

        return Anywhere(search);
    }

    private ManifestPlace ByTrackingId(Search search, string text, string? label)
    {
        if (!TrackingId.TryParse(text, out var id))
        {
            return new ManifestPlace.Unplaced(UnplacedCode.TrackingIdUnreadable, $"{search.Name} has the tracking id '{text}'; must be app:group/Kind:namespace/name", "remove the annotation, and sync the application", []);
        }

        if (!id.IsOf(search.Live))
        {
            return new ManifestPlace.Unplaced(
                UnplacedCode.TrackingIdCopied,
                $"{search.Name} carries the tracking id of {id.Kind} {id.Namespace}/{id.Name}: it was copied from there, and Argo CD does not manage this object",
                "remove the annotation from it", []);
        }

        if (applications is ArgoApplications.Unknown(var problem))
        {
            return NoApplications(search, "tracking id", problem);
        }

        var claiming = Named(id.Application);
        if (claiming.Count != 1)
        {
            return claiming.Count > 1 ? Ambiguous(search, claiming) : new ManifestPlace.Unplaced(
                UnplacedCode.ApplicationMissing,
                $"{search.Name} belongs to the Application '{id.Application}', which {(applications is ArgoApplications.NotAsked ? "no cluster was asked for" : Elsewhere(id.Application))}",
                "name the cluster that Argo CD runs in, and the namespace, if it is not argocd", []);
        }

        var application = claiming[0];
        var others = managers.Value[KeyOf(search.Live)]
            .Concat(label is null || label == id.Application ? [] : Named(label).Where(each => each.Resources is null))
            .Where(each => each != application).Distinct().ToList();
        if (others.Count > 0)
        {
            return Ambiguous(search, [application, .. others]);
        }

        if (OtherOwner(search.Live) is { } owner)
        {
            return Ambiguous(search, [$"Application {application}", owner]);
        }

        search.Way.Add($"tracking id names Application {application}");
        return InApplication(search, application);
    }

    private ManifestPlace InApplication(Search search, ArgoApplication application)
    {
        if (!application.Destination.IsOwnCluster
            && !settings.Clusters.Any(each => each == application.Destination.Name || each.TrimEnd('/') == application.Destination.Server.TrimEnd('/')))
        {
            return new ManifestPlace.Unplaced(
                UnplacedCode.OtherCluster, $"Application {application} deploys to the cluster '{application.Destination.Cluster}', and {search.Name} was found in another",
                "give the cluster's name or URL as Argo CD has it", []);
        }

        if (application.Resources is null)
        {
            search.Doubts.Add(new(0.05m, $"Application {application} does not say what it manages"));
        }
        else if (!application.Resources.Any(each => each.IsOf(search.Live)))
        {
            return new ManifestPlace.Unplaced(
                UnplacedCode.NotManaged, $"Application {application} does not list {search.Name} among what it manages", "refresh the application; if it is not its own, remove the mark from the object", []);
        }

        if (application.IsHydrated)
        {
            return Rendered(search, $"Application {application} applies what was rendered ahead (sourceHydrator)");
        }

        string? rendered = null, otherRevision = null;
        var foreign = 0;
        foreach (var source in application.Sources.Where(source => source.Rendering != ArgoRendering.ValuesOnly))
        {
            if (repositories.FirstOrDefault(each => each.Is(source)) is not { } repository)
            {
                foreign++;
            }
            else if (source.Rendering != ArgoRendering.Directory || source.Path is null)
            {
                rendered = source.Path is null ? "a path that leads out of the repository" : source.Rendering.ToString();
            }
            else if (repository.RenderedAs(source.Path, application.Name) is { } by)
            {
                rendered = $"{(source.Path.Length == 0 ? "" : source.Path + "/")}{by}";
            }
            else if (OtherRevision(search, repository, source) is { } revision)
            {
                otherRevision = revision;
            }
            else
            {
                Gather(search, repository, source, application.Destination.Namespace);
            }
        }

        if (foreign > 0 && search.Candidates.Count > 0)
        {
            search.Doubts.Add(new(0.10m, $"{(foreign == 1 ? "a further source" : "further sources")} of Application {application} cannot be seen"));
        }

        if (rendered is not null)
        {
            search.Doubts.Add(new(0.25m, $"Application {application} also renders {rendered}, which may make the object too"));
        }

        if (otherRevision is not null)
        {
            search.Doubts.Add(new(0.25m, $"another source of Application {application} reads {otherRevision}"));
        }

        return Decide(search) ?? (
            rendered is not null ? Rendered(search, $"Application {application} renders {rendered}")
            : otherRevision is not null ? new ManifestPlace.Unplaced(
                UnplacedCode.OtherRevision, $"Application {application} reads {otherRevision}: a change of the base would not reach it", "make that branch the base of the repository in the configuration", [])
            : foreign > 0 && search.Gathered == 0 ? new ManifestPlace.Unplaced(
                UnplacedCode.OtherRepository,
                $"Application {application} reads {string.Join(", ", application.Sources.Select(source => RepositoryUrl.Normalize(source.RepoUrl)).Distinct())}, which is not at hand",
                "add that repository to the configuration", [])
            : search.Generators.Count > 0 ? new ManifestPlace.Unplaced(
                UnplacedCode.GeneratedName, $"{search.Name} has a name that the API server made up", "the declaration with generateName makes new objects, and changes none that is there", search.Generators)
            : new ManifestPlace.Unplaced(
                UnplacedCode.NotInSource, $"no file that Application {application} reads declares {search.Name}",
                "see whether the base is behind what was deployed, or the object was left behind by an earlier version", [.. search.RuledOut.Select(each => each.Spot)]));
    }

    private ManifestPlace Anywhere(Search search)
    {
        search.Doubts.Add(Unclaimed);
        foreach (var repository in repositories)
        {
            Gather(search, repository, source: null, destination: null);
        }

        return Decide(search) ?? (search.Generators.Count > 0
            ? new ManifestPlace.Unplaced(UnplacedCode.GeneratedName, $"{search.Name} has a name that the API server made up", "the declaration with generateName makes new objects, and changes none that is there", search.Generators)
            : new ManifestPlace.Unplaced(UnplacedCode.NotDeclared, $"nothing says that {search.Name} comes from Git, and no file declares it", "whoever made it by hand may declare it", []));
    }

    /// <summary>What the revision is, where it is another than the base; null where it is the base.</summary>
    private static string? OtherRevision(Search search, IndexedRepository repository, ArgoSource source)
    {
        if (!source.IsHead)
        {
            var revision = source.Revision.StartsWith("refs/heads/", StringComparison.Ordinal) ? source.Revision["refs/heads/".Length..] : source.Revision;
            return revision == repository.Base ? null : $"revision '{source.Revision}' and not '{repository.Base}'";
        }

        if (repository.DefaultBranch is null)
        {
            search.Doubts.Add(new(0.10m, $"reads the default branch, which is not known here; the base is '{repository.Base}'"));
            return null;
        }

        return repository.DefaultBranch == repository.Base ? null : $"the default branch '{repository.DefaultBranch}' and not '{repository.Base}'";
    }

    /// <summary>Sorts the declarations of a repository into those that are meant and those that are not.</summary>
    /// <param name="source">What the application reads of it; null for all of it.</param>
    /// <param name="destination">The namespace of objects that name none; null where nobody knows.</param>
    private static void Gather(Search search, IndexedRepository repository, ArgoSource? source, string? destination)
    {
        var live = search.Live;
        search.Gathered++;
        foreach (var each in repository.Index.Generating(live.Kind, live.Name))
        {
            if (source?.Reads(each.File.Name) != false)
            {
                search.Generators.Add(SpotOf(repository, each));
            }
        }

        foreach (var each in repository.Index.Named(live.Kind, live.Name))
        {
            var spot = SpotOf(repository, each);
            var doubts = new List<Doubt>();
            var reads = source is null ? true : source.Reads(each.File.Name);
            var why = reads == false ? "is not among the files that the application reads"
                : each.File.IsSkippedByArgo ? "is passed over by Argo CD, as a comment in it asks"
                : Mismatch(live, each.Object, destination, source is not null, doubts);
            if (why is not null)
            {
                search.RuledOut.Add(new(spot, why));
                continue;
            }

            if (reads is null)
            {
                doubts.Add(new(0.25m, $"nobody knows whether include '{source!.Include}' and exclude '{source.Exclude}' let {each.File.Name} in"));
            }

            var folder = Path.GetDirectoryName(each.File.Name)?.Replace('\\', '/') ?? "";
            if (folder != source?.Path && repository.RenderedAs(folder, null) is { } by)
            {
                doubts.Add(new(0.25m, $"the file lies beside {by}, and may be a part of what that makes"));
            }

            if (search.Candidates.All(other => other.Spot != spot))
            {
                search.Candidates.Add(new(repository, each, spot, doubts));
            }
        }

        if (repository.Index.Partial.FirstOrDefault(file => source is null || source.Reads(file.Name) != false) is { } partial)
        {
            search.Unseen.Add(new(0.10m, $"{partial.Name} cannot be read as a whole, and may declare it too"));
        }

        if (source is not null && repository.Jsonnet.FirstOrDefault(file => source.Covers(file) != false) is { } program)
        {
            search.Unseen.Add(new(0.25m, $"{program} makes objects that nobody sees here, and may make this one too"));
        }
    }

    /// <summary>Why a declaration of the same kind and name is not the live object's; null where it is.</summary>
    private static string? Mismatch(SetObject live, SetObject file, string? destination, bool isClaimed, List<Doubt> doubts)
    {
        if (file.Group != live.Group)
        {
            if (!(file.Group == "extensions" && live.Group is "apps" or "networking.k8s.io" or "policy"))
            {
                return $"is of the group '{file.Group}' and not '{live.Group}'";
            }

            doubts.Add(new(0.10m, $"declared as {file.Identity.ApiVersion}, which became {live.Identity.ApiVersion}"));
        }
        else if (file.Identity.ApiVersion != live.Identity.ApiVersion)
        {
            doubts.Add(new(0.05m, $"declared as {file.Identity.ApiVersion}, and read as {live.Identity.ApiVersion}"));
        }

        if (file.Namespace == live.Namespace)
        {
            return null;
        }

        if (live.Namespace.Length == 0)
        {
            doubts.Add(new(0.05m, $"names the namespace '{file.Namespace}', and the object has none"));
            return null;
        }

        if (file.Namespace.Length > 0 || (isClaimed && destination != live.Namespace))
        {
            return file.Namespace.Length > 0 ? $"is in the namespace '{file.Namespace}'" : $"names no namespace, and the application's is '{destination}'";
        }

        doubts.Add(isClaimed
            ? new(0.05m, $"names no namespace; the application's is '{destination}'")
            : new(0.10m, "names no namespace, and nobody says which is meant"));
        return null;
    }

    /// <summary>Null where there is no candidate.</summary>
    private static ManifestPlace? Decide(Search search)
    {
        if (search.Candidates.Count == 0)
        {
            return null;
        }

        if (search.Candidates.Count > 1)
        {
            return new ManifestPlace.Unplaced(
                UnplacedCode.AmbiguousFile, $"{search.Name} is declared {search.Candidates.Count} times",
                "delete all but one; which of them is applied last decides now", [.. search.Candidates.Select(each => each.Spot)]);
        }

        var (repository, found, spot, doubts) = search.Candidates[0];
        if (repository.IsExcluded(found.File.Name))
        {
            return new ManifestPlace.Unplaced(UnplacedCode.ExcludedFile, $"{search.Name} is declared in {spot.File}, which the policy excludes", "change the file by hand, or take it out of 'exclude'", [spot]);
        }

        var all = search.Doubts.Concat(search.Unseen).Concat(doubts).ToList();
        var drift = Drift.Of(found.Object.Root, search.Live.Root);
        if (drift.IsMost)
        {
            all.Add(new(0.25m, FormattableString.Invariant($"{drift.Differing.Count} of {drift.Fields} fields of the file are otherwise in the cluster: it may be another object of the same name")));
        }
        else if (search.Fields.SelectMany(field => drift.Differing.Where(path => path.StartsWith(field) || field.StartsWith(path))).FirstOrDefault() is { } asked)
        {
            all.Add(new(0.25m, $"{asked} is otherwise in the cluster than in the file: it does not come from there"));
        }
        else if (drift.Differing.Count > 0)
        {
            all.Add(new(0.05m, FormattableString.Invariant($"{drift.Differing.Count} of {drift.Fields} fields of the file are otherwise in the cluster")));
        }

        search.Way.Add($"{spot.Repository}: {spot}");
        return new ManifestPlace.Placement(search.Live.Identity, spot, search.Way, [.. all.OrderByDescending(doubt => doubt.Weight)], search.RuledOut);
    }

    /// <summary>Those that Argo CD calls so: one outside of its own namespace has that before its name, always.</summary>
    private List<ArgoApplication> Named(string name) => [.. known.Where(each =>
        (each.Name == name && (each.Namespace == settings.Namespace || each.Namespace.Length == 0)) || $"{each.Namespace}_{each.Name}" == name)];

    private string Elsewhere(string name) => known.FirstOrDefault(each => each.Name == name) is { } other
        ? $"is not there: {other} would be called {other.Namespace}_{name}, unless Argo CD runs in {other.Namespace}"
        : "is not there";

    /// <summary>Whoever applies an object besides Argo CD, by the marks that it left; null for nobody.</summary>
    private static string? OtherOwner(SetObject live) => Flux(live)
        ?? (live.Root[Name.Metadata][Name.Annotations][HelmRelease].Text is { } release ? $"the Helm release {release}" : null);

    private static string? Flux(SetObject live)
    {
        foreach (var (key, kind) in new[] { (FluxKustomization, "Kustomization"), (FluxRelease, "HelmRelease") })
        {
            if (live.Labels[key].Text is { } name)
            {
                return $"Flux {kind} {live.Labels[key[..^"name".Length] + "namespace"].Text}/{name}";
            }
        }

        return null;
    }

    private static TrackedObject KeyOf(SetObject live) => new(live.Group, live.Kind, live.Namespace, live.Name);

    private static FileSpot SpotOf(IndexedRepository repository, IndexedObject each)
    {
        var origin = each.Object.Origin;
        return new(repository.Name, each.File.Name, origin.Document, origin.Item, origin.Line);
    }

    private static ManifestPlace.Unplaced Rendered(Search search, string why) =>
        new(UnplacedCode.UnmappedSource, $"{why}: rendered source, not mapped yet", "change the source by hand", [.. search.RuledOut.Select(each => each.Spot)]);

    private static ManifestPlace.Unplaced NoApplications(Search search, string mark, string problem) =>
        new(UnplacedCode.ApplicationsUnreadable, $"the {mark} of {search.Name} may name an Application, and those cannot be read: {problem}", "allow get and list of applications.argoproj.io", []);

    private static ManifestPlace.Unplaced Ambiguous(Search search, IReadOnlyList<ArgoApplication> claiming) =>
        Ambiguous(search, [.. claiming.Select(each => $"Application {each}")]);

    private static ManifestPlace.Unplaced Ambiguous(Search search, IReadOnlyList<string> claiming) => new(
        UnplacedCode.AmbiguousApplication, $"{search.Name} is claimed by {string.Join(" and ", claiming)}",
        "let one of them go of it", []);

    private sealed record Candidate(IndexedRepository Repository, IndexedObject Found, FileSpot Spot, IReadOnlyList<Doubt> Doubts);

    /// <summary>What has been found on the way so far.</summary>
    private sealed record Search(SetObject Live, List<string> Way, IReadOnlyList<FieldPath> Fields)
    {
        public string Name { get; } = Live.Identity.ToString();

        public List<Doubt> Doubts { get; } = [];

        /// <summary>Files that may hold another declaration.</summary>
        public List<Doubt> Unseen { get; } = [];

        public List<Candidate> Candidates { get; } = [];

        public List<RuledOut> RuledOut { get; } = [];

        public List<FileSpot> Generators { get; } = [];

        /// <summary>How many sources were looked through.</summary>
        public int Gathered { get; set; }
    }
}
