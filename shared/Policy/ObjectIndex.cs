using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Where the objects of a set are found. Each way to look them up is prepared when it is first gone: few scans go all of
/// them, and the set of one file that is judged anew goes hardly any.
/// </summary>
internal sealed class ObjectIndex
{
    private static readonly List<SetObject> None = [];

    private readonly IReadOnlyList<SetObject> objects;
    private readonly Lazy<Dictionary<string, List<SetObject>>> byKind;
    private readonly Lazy<Dictionary<string, List<SetObject>>> byNamespace;
    private readonly Lazy<Dictionary<string, List<SetObject>>> byName;
    private readonly Lazy<Dictionary<string, List<SetObject>>> byFullName;
    private readonly Lazy<Dictionary<string, List<SetObject>>> workloadsByName;
    private readonly Lazy<Dictionary<string, List<SetObject>>> scalers;
    private readonly Lazy<LabelIndex<SetPod>> pods;
    private readonly Lazy<LabelIndex<SetObject>> workloads;
    private readonly Lazy<LabelIndex<SetObject>> services;
    private readonly Lazy<LabelIndex<SetObject>> clusterRoles;
    private readonly Lazy<SelectorIndex> networkPolicies;

    public ObjectIndex(IEnumerable<SetObject> objects)
    {
        this.objects = [.. objects];
        byKind = new(() => Listing.By(this.objects, each => each.Kind));
        byNamespace = new(() => Listing.By(this.objects, each => Key(each.Kind, each.Namespace)));
        byName = new(() => Listing.By(this.objects, each => Key(each.Kind, each.Name)));
        byFullName = new(() => Listing.By(this.objects, each => Key(each.Kind, each.Namespace, each.Name)));
        workloadsByName = new(() => Listing.By(this.objects.Where(each => each.HasPod), each => Key(each.Namespace, each.Name)));
        scalers = new(() => Listing.By(
            [.. OfKind("HorizontalPodAutoscaler"), .. OfKind("ScaledObject")],
            each => Key(each.Namespace, each.Root[Name.Spec][Name.ScaleTargetRef][Name.Name].Text ?? "")));
        pods = new(() => new(this.objects.SelectMany(each => each.Pods.Select(pod => new SetPod(each, pod))), pod => pod.Owner.Namespace, pod => pod.Labels));
        workloads = new(() => new(this.objects.Where(each => each.HasPod && each.SelectedLabels.Exists), each => each.Namespace, each => each.SelectedLabels));
        services = new(() => new(OfKind("Service", group: ""), each => each.Namespace, each => each.Labels));
        clusterRoles = new(() => new(OfKind("ClusterRole", group: "rbac.authorization.k8s.io"), _ => "", each => each.Labels));
        networkPolicies = new(() => new(OfKind("NetworkPolicy", group: "networking.k8s.io"), each => LabelSelector.Of(each.Root[Name.Spec][Name.PodSelector])));
    }

    public IReadOnlyList<SetObject> All => objects;

    /// <summary>By their labels.</summary>
    public LabelIndex<SetPod> Pods => pods.Value;

    /// <summary>By the labels that they choose their pods by; those that do not are left out.</summary>
    public LabelIndex<SetObject> Workloads => workloads.Value;

    public LabelIndex<SetObject> Services => services.Value;

    public LabelIndex<SetObject> ClusterRoles => clusterRoles.Value;

    public SelectorIndex NetworkPolicies => networkPolicies.Value;

    public List<SetObject> OfKind(string kind) => byKind.Value.GetValueOrDefault(kind, None);

    public List<SetObject> OfKindIn(string kind, string @namespace) => byNamespace.Value.GetValueOrDefault(Key(kind, @namespace), None);

    public List<SetObject> Named(string kind, string name) => byName.Value.GetValueOrDefault(Key(kind, name), None);

    public List<SetObject> Named(string kind, string @namespace, string name) => byFullName.Value.GetValueOrDefault(Key(kind, @namespace, name), None);

    public List<SetObject> WorkloadsNamed(string @namespace, string name) => workloadsByName.Value.GetValueOrDefault(Key(@namespace, name), None);

    public List<SetObject> ScalersOf(string @namespace, string name) => scalers.Value.GetValueOrDefault(Key(@namespace, name), None);

    private IEnumerable<SetObject> OfKind(string kind, string group) => OfKind(kind).Where(each => each.Group == group);

    // A line feed can stand in a name by mistake, and then the answer must still be right: the length tells them apart.
    private static string Key(string first, string second) => $"{first.Length} {first}\n{second}";

    private static string Key(string first, string second, string third) => $"{first.Length} {second.Length} {first}\n{second}\n{third}";
}
