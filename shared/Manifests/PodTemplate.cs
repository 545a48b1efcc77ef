namespace SelfHealGitOps.Manifests;

/// <summary>A pod that an object is or makes: its spec and its metadata, of which a template may have none.</summary>
public readonly struct PodTemplate
{
    private PodTemplate(Field holder)
    {
        Metadata = holder[Name.Metadata];
        Spec = holder[Name.Spec];
    }

    public Field Metadata { get; }

    public Field Spec { get; }

    /// <summary>Finds the first pod of an object of the kinds in <see cref="PodKind.All"/>.</summary>
    public static bool TryFind(Field root, out PodTemplate template)
    {
        var pods = new List<PodTemplate>();
        AddAll(root, pods);
        template = pods.Count > 0 ? pods[0] : default;
        return pods.Count > 0;
    }

    /// <summary>Adds every pod of an object, in the order of its kind's paths. Most kinds have one.</summary>
    public static void AddAll(Field root, List<PodTemplate> pods)
    {
        if (PodKind.Of(root) is not { } kind)
        {
            return;
        }

        // By index: to enumerate an interface allocates, and this is done for every object.
        for (var i = 0; i < kind.Paths.Count; i++)
        {
            Add(root, kind.Paths[i], pods);
        }
    }

    /// <summary>True for an object of those kinds, be its pod spec there or not.</summary>
    public static bool IsHeldBy(Field root) => PodKind.Of(root) is not null;

    private static void Add(Field at, ReadOnlySpan<Name> path, List<PodTemplate> pods)
    {
        // What is absent is not asked further: below a CronJob without a spec that would be five levels deep.
        for (; at.IsMap && path.Length > 0 && path[0] != PodKind.Every; path = path[1..])
        {
            at = at[path[0]];
        }

        if (path.Length == 0)
        {
            if (at.IsMap && at[Name.Spec].IsMap)
            {
                pods.Add(new PodTemplate(at));
            }

            return;
        }

        if (path[0] != PodKind.Every)
        {
            return;
        }

        foreach (var element in at.Elements)
        {
            Add(element, path[1..], pods);
        }

        foreach (var entry in at.Entries)
        {
            Add(entry.Value, path[1..], pods);
        }
    }
}
