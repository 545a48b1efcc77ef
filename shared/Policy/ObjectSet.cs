namespace SelfHealGitOps.Policy;

/// <summary>
/// The objects that are judged together: all manifests of the paths that a scan was given. Built once, then read by any
/// number of threads. An object is found by kind, or by what its pods are labelled.
/// </summary>
public sealed class ObjectSet
{
    private readonly Dictionary<string, List<SetObject>> byKind = new(StringComparer.Ordinal);
    private readonly List<SetObject> pods = [];
    private readonly ObjectSet? others;
    private readonly string? replacedFile;

    private ObjectSet(IEnumerable<SetObject> objects, ObjectSet? others = null, string? replacedFile = null)
    {
        this.others = others;
        this.replacedFile = replacedFile;
        foreach (var each in objects)
        {
            if (!byKind.TryGetValue(each.Kind, out var list))
            {
                byKind.Add(each.Kind, list = []);
            }

            list.Add(each);
            if (each.HasPod)
            {
                pods.Add(each);
            }
        }
    }

    public static ObjectSet Empty { get; } = new([]);

    /// <param name="objects">In the order of their files and documents: where two answer to one question, the first does.</param>
    public static ObjectSet Of(IEnumerable<SetObject> objects) => new(objects);

    /// <summary>The same set after one file has changed.</summary>
    /// <param name="file">The file's name, as in the origin of findings.</param>
    public ObjectSet With(string file, IEnumerable<SetObject> objects) => new(objects, others ?? this, file);

    /// <summary>All objects of a kind, of whichever group.</summary>
    public IEnumerable<SetObject> OfKind(string kind) =>
        In(byKind.GetValueOrDefault(kind), others?.byKind.GetValueOrDefault(kind));

    /// <summary>All objects that are pods or make pods.</summary>
    public IEnumerable<SetObject> WithPods => In(pods, others?.pods);

    private IEnumerable<SetObject> In(List<SetObject>? own, List<SetObject>? unchanged)
    {
        foreach (var each in own ?? [])
        {
            yield return each;
        }

        foreach (var each in unchanged ?? [])
        {
            if (each.Root.Document.Source.File != replacedFile)
            {
                yield return each;
            }
        }
    }
}
