namespace SelfHealGitOps.Policy;

/// <summary>
/// The objects that are judged together: all manifests of the paths that a scan was given. Built once, then read by any
/// number of threads. Where several answer to one question, they come in the order of their files and documents.
/// </summary>
public sealed class ObjectSet
{
    private readonly ObjectIndex own;
    private readonly ObjectIndex? unchanged;
    private readonly string? replacedFile;

    private ObjectSet(ObjectIndex own, ObjectIndex? unchanged = null, string? replacedFile = null)
    {
        this.own = own;
        this.unchanged = unchanged;
        this.replacedFile = replacedFile;
    }

    public static ObjectSet Empty { get; } = new(new ObjectIndex([]));

    /// <summary>All objects that are pods or make pods, one entry for each pod.</summary>
    public IEnumerable<SetPod> Pods => In(index => index.Pods);

    public static ObjectSet Of(IEnumerable<SetObject> objects) => new(new ObjectIndex(objects));

    /// <summary>The same set after one file has changed.</summary>
    /// <param name="file">The file's name, as in the origin of findings. Its objects as they were are gone.</param>
    public ObjectSet With(string file, IEnumerable<SetObject> objects) => new(new ObjectIndex(objects), unchanged ?? own, file);

    /// <summary>All objects of a kind, of whichever group.</summary>
    public IEnumerable<SetObject> OfKind(string kind) => In(index => index.OfKind(kind));

    /// <summary>The objects of a kind and name, in whichever namespace and of whichever group.</summary>
    public IEnumerable<SetObject> Named(string kind, string name) => In(index => index.Named(kind, name));

    /// <summary>What is a pod or makes pods in a namespace.</summary>
    public IEnumerable<SetObject> WorkloadsIn(string @namespace) => In(index => index.WorkloadsIn(@namespace));

    /// <summary>The pods of a namespace.</summary>
    public IEnumerable<SetPod> PodsIn(string @namespace) => In(index => index.PodsIn(@namespace));

    /// <summary>The pods of a namespace that a selector matches.</summary>
    public IEnumerable<SetPod> PodsMatching(string @namespace, LabelSelector selector) =>
        In(index => index.Candidates(@namespace, selector)).Where(pod => selector.Matches(pod.Labels));

    private IEnumerable<SetObject> In(Func<ObjectIndex, List<SetObject>> find) =>
        unchanged is null ? find(own) : find(own).Concat(find(unchanged).Where(each => each.File != replacedFile));

    private IEnumerable<SetPod> In(Func<ObjectIndex, List<SetPod>> find) =>
        unchanged is null ? find(own) : find(own).Concat(find(unchanged).Where(each => each.Owner.File != replacedFile));
}
