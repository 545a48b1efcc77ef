using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The objects that are judged together: all manifests of the paths that a scan was given. Built once, then read by any
/// number of threads. An answer takes as long as it is, however large the set. Namespaces are as objects write them,
/// empty where they write none.
/// </summary>
public sealed class ObjectSet
{
    private readonly ObjectIndex index;
    private readonly ObjectSet? below;
    private readonly string? replacedFile;
    private long looked;

    private ObjectSet(ObjectIndex index, ObjectSet? below = null, string? replacedFile = null)
    {
        this.index = index;
        this.below = below;
        this.replacedFile = replacedFile;
    }

    public static ObjectSet Empty { get; } = new(new ObjectIndex([]));

    /// <summary>All objects.</summary>
    public IEnumerable<SetObject> All => Ask(at => at.All);

    /// <summary>All objects that are pods or make pods, one entry for each pod.</summary>
    public IEnumerable<SetPod> Pods => Ask(at => at.Pods.In(null));

    /// <summary>How many objects have been looked at for answers; what a test holds against the square of their number.</summary>
    internal long Looked => Interlocked.Read(ref looked) + (below?.Looked ?? 0);

    /// <param name="objects">In the order of their files and documents, in which answers come too.</param>
    public static ObjectSet Of(IEnumerable<SetObject> objects) => new(new ObjectIndex(objects));

    /// <summary>The same set after one file has changed. In answers, that file comes first.</summary>
    /// <param name="file">The file's name, as in the origin of findings. Its objects as they were are gone.</param>
    public ObjectSet With(string file, IEnumerable<SetObject> objects) =>
        new(new ObjectIndex(objects), replacedFile == file ? below : this, file);

    /// <summary>All objects of a kind, of whichever group.</summary>
    public IEnumerable<SetObject> OfKind(string kind) => Ask(at => at.OfKind(kind));

    /// <summary>All objects of a kind in a namespace, of whichever group.</summary>
    public IEnumerable<SetObject> OfKindIn(string kind, string @namespace) => Ask(at => at.OfKindIn(kind, @namespace));

    /// <summary>The objects of a kind and name, in whichever namespace and of whichever group.</summary>
    public IEnumerable<SetObject> Named(string kind, string name) => Ask(at => at.Named(kind, name));

    /// <summary>The objects of a kind and name in a namespace, of whichever group.</summary>
    public IEnumerable<SetObject> Named(string kind, string @namespace, string name) => Ask(at => at.Named(kind, @namespace, name));

    /// <summary>What is a pod or makes pods, by its name.</summary>
    public IEnumerable<SetObject> WorkloadsNamed(string @namespace, string name) => Ask(at => at.WorkloadsNamed(@namespace, name));

    /// <summary>What makes pods and chooses them by labels that the selector matches.</summary>
    public IEnumerable<SetObject> WorkloadsMatching(string @namespace, LabelSelector selector) =>
        selector.IsValid ? Ask(at => at.Workloads.MayMatch(selector, @namespace)).Where(each => selector.IsMetBy(each.SelectedLabels)) : [];

    /// <summary>The pods of a namespace.</summary>
    public IEnumerable<SetPod> PodsIn(string @namespace) => Ask(at => at.Pods.In(@namespace));

    /// <summary>The pods that a selector matches.</summary>
    /// <param name="namespace">Null for all.</param>
    public IEnumerable<SetPod> PodsMatching(string? @namespace, LabelSelector selector) =>
        selector.IsValid ? Ask(at => at.Pods.MayMatch(selector, @namespace)).Where(pod => selector.IsMetBy(pod.Labels)) : [];

    /// <summary>The pods of a namespace that have something of what the selector wants; one that has more may come more than once.</summary>
    public IEnumerable<SetPod> PodsSharing(string @namespace, LabelSelector selector) => Ask(at => at.Pods.Sharing(selector, @namespace));

    /// <summary>The Services whose own labels a selector matches.</summary>
    /// <param name="namespace">Null for all.</param>
    public IEnumerable<SetObject> ServicesMatching(string? @namespace, LabelSelector selector) =>
        selector.IsValid ? Ask(at => at.Services.MayMatch(selector, @namespace)).Where(each => selector.IsMetBy(each.Labels)) : [];

    public IEnumerable<SetObject> ClusterRolesMatching(LabelSelector selector) =>
        selector.IsValid ? Ask(at => at.ClusterRoles.MayMatch(selector, @namespace: null)).Where(each => selector.IsMetBy(each.Labels)) : [];

    /// <summary>The NetworkPolicies of a namespace that select pods with these labels; one that the API server would refuse selects none.</summary>
    public IEnumerable<SetObject> NetworkPoliciesOn(string @namespace, Field podLabels) =>
        Ask(at => at.NetworkPolicies.MaySelect(podLabels, @namespace))
            .Where(each => LabelSelector.Of(each.Root[Name.Spec][Name.PodSelector]).IsMetBy(podLabels));

    /// <summary>The autoscalers, KEDA's after Kubernetes' own, that name a target.</summary>
    public IEnumerable<SetObject> ScalersOf(string @namespace, string name) => Ask(at => at.ScalersOf(@namespace, name));

    private IEnumerable<SetObject> Ask(Func<ObjectIndex, IEnumerable<SetObject>> question) => Ask(question, each => each.File);

    private IEnumerable<SetPod> Ask(Func<ObjectIndex, IEnumerable<SetPod>> question) => Ask(question, pod => pod.Owner.File);

    /// <summary>Puts a question to this layer and to those below, of which it hides the files that it replaces.</summary>
    private IEnumerable<T> Ask<T>(Func<ObjectIndex, IEnumerable<T>> question, Func<T, string> fileOf)
    {
        var count = 0;
        try
        {
            for (var layer = this; layer is not null; layer = layer.below)
            {
                foreach (var each in question(layer.index))
                {
                    count++;
                    if (!IsReplaced(layer, fileOf(each)))
                    {
                        yield return each;
                    }
                }
            }
        }
        finally
        {
            // Also where the asker has had enough before the end.
            Interlocked.Add(ref looked, count);
        }
    }

    /// <summary>True when a layer above has other contents of the file.</summary>
    private bool IsReplaced(ObjectSet layer, string file)
    {
        for (var above = this; above != layer; above = above.below!)
        {
            if (above.replacedFile == file)
            {
                return true;
            }
        }

        return false;
    }
}
