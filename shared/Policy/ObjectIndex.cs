namespace SelfHealGitOps.Policy;

/// <summary>A pod among the objects of a set.</summary>
/// <param name="Owner">The object that is the pod, or makes it.</param>
public sealed record SetPod(SetObject Owner, Manifests.PodTemplate Template)
{
    public Manifests.Field Labels => Template.Metadata[Manifests.Name.Labels];
}

/// <summary>Where the objects of a set are found: by kind, by name, and its pods by each of their labels.</summary>
internal sealed class ObjectIndex
{
    private static readonly List<SetObject> NoObjects = [];
    private static readonly List<SetPod> NoPods = [];

    private readonly Dictionary<string, List<SetObject>> byKind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SetObject>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SetObject>> workloads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SetPod>> podsByNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SetPod>> podsByLabel = new(StringComparer.Ordinal);

    public ObjectIndex(IEnumerable<SetObject> objects)
    {
        foreach (var each in objects)
        {
            Add(byKind, each.Kind, each);
            Add(byName, NameKey(each.Kind, each.Name), each);
            if (each.HasPod)
            {
                Add(workloads, each.Namespace, each);
            }

            foreach (var template in each.Pods)
            {
                var pod = new SetPod(each, template);
                Pods.Add(pod);
                Add(podsByNamespace, each.Namespace, pod);
                foreach (var label in pod.Labels.Entries)
                {
                    Add(podsByLabel, LabelKey(each.Namespace, label.Key, label.Value.Text ?? ""), pod);
                }
            }
        }
    }

    public List<SetPod> Pods { get; } = [];

    public List<SetObject> OfKind(string kind) => byKind.GetValueOrDefault(kind, NoObjects);

    public List<SetObject> Named(string kind, string name) => byName.GetValueOrDefault(NameKey(kind, name), NoObjects);

    public List<SetObject> WorkloadsIn(string @namespace) => workloads.GetValueOrDefault(@namespace, NoObjects);

    /// <summary>The pods of a namespace among which are all that match: those with the rarest of the wanted labels.</summary>
    public List<SetPod> Candidates(string @namespace, LabelSelector selector)
    {
        var fewest = podsByNamespace.GetValueOrDefault(@namespace, NoPods);
        foreach (var (key, value) in selector.Pairs)
        {
            var labelled = podsByLabel.GetValueOrDefault(LabelKey(@namespace, key, value), NoPods);
            fewest = labelled.Count < fewest.Count ? labelled : fewest;
        }

        return fewest;
    }

    public List<SetPod> PodsIn(string @namespace) => podsByNamespace.GetValueOrDefault(@namespace, NoPods);

    private static void Add<T>(Dictionary<string, List<T>> lists, string key, T value)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        list.Add(value);
    }

    // A line feed can stand in none of them but by mistake, and then only makes candidates of what does not match.
    private static string NameKey(string kind, string name) => $"{kind}\n{name}";

    private static string LabelKey(string @namespace, string key, string value) => $"{@namespace}\n{key}\n{value}";
}
