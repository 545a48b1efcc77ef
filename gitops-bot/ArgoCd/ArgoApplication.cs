using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>An Application of Argo CD, as far as it says which files lead to which objects.</summary>
/// <param name="Resources">What Argo CD says it manages; null where it says nothing.</param>
internal sealed record ArgoApplication(
    string Namespace, string Name, IReadOnlyList<ArgoSource> Sources, ArgoDestination Destination, IReadOnlyList<TrackedObject>? Resources)
{
    public const string Group = "argoproj.io";

    /// <summary>Its sources as fields of the manifest, when rendered ahead into another branch; nothing of it can be traced.</summary>
    public bool IsHydrated { get; init; }

    public static bool IsOne(SetObject each) => each is { Group: Group, Kind: "Application" };

    public static ArgoApplication Of(SetObject application)
    {
        var spec = application.Root[Manifests.Name.Spec];
        var destination = spec["destination"];
        return new(
            application.Namespace,
            application.Name,
            SourcesOf(spec),
            new(destination["server"].Text ?? "", destination["name"].Text ?? "", destination[Manifests.Name.Namespace].Text ?? ""),
            TrackedObject.ListOf(application.Root[Manifests.Name.Status]["resources"]))
        {
            IsHydrated = spec["sourceHydrator"].Exists,
        };
    }

    /// <summary>Those of <c>sources</c>; where there are none, the one <c>source</c>.</summary>
    /// <param name="spec">Of an Application, or of the template of an ApplicationSet.</param>
    public static IReadOnlyList<ArgoSource> SourcesOf(Field spec)
    {
        var sources = new List<ArgoSource>();
        foreach (var source in spec["sources"].Elements)
        {
            sources.Add(ArgoSource.Of(source));
        }

        if (sources.Count == 0 && spec["source"].IsMap)
        {
            sources.Add(ArgoSource.Of(spec["source"]));
        }

        return sources;
    }

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}

/// <param name="Server">Empty where the cluster is named.</param>
/// <param name="Namespace">Where objects go that name none; empty for none.</param>
internal sealed record ArgoDestination(string Server, string Name, string Namespace)
{
    /// <summary>The cluster that Argo CD itself runs in.</summary>
    public bool IsOwnCluster => Server.TrimEnd('/') == "https://kubernetes.default.svc" || Name == "in-cluster";

    public string Cluster => IsOwnCluster ? "in-cluster" : Name.Length > 0 ? Name : Server.TrimEnd('/');
}

internal sealed record TrackedObject(string Group, string Kind, string Namespace, string Name)
{
    public static IReadOnlyList<TrackedObject>? ListOf(Field resources)
    {
        if (!resources.IsList)
        {
            return null;
        }

        var all = new List<TrackedObject>();
        foreach (var each in resources.Elements)
        {
            all.Add(new(each["group"].Text ?? "", each[Manifests.Name.Kind].Text ?? "", each[Manifests.Name.Namespace].Text ?? "", each[Manifests.Name.Name].Text ?? ""));
        }

        return all;
    }

    public bool IsOf(SetObject live) =>
        Group == live.Group && Kind == live.Kind && Name == live.Name && (live.Namespace.Length == 0 || Namespace == live.Namespace);
}
