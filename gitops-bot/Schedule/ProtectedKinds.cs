using System.Collections.Frozen;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Kinds whose deletion nobody can take back: the data, the namespace or the access of others goes with them.</summary>
internal static class ProtectedKinds
{
    private static readonly FrozenDictionary<string, string> ByName = new (string Kind, string[] Names)[]
    {
        ("Namespace", ["namespace", "namespaces", "ns", "project", "projects"]),
        ("PersistentVolume", ["persistentvolume", "persistentvolumes", "pv", "pvs"]),
        ("PersistentVolumeClaim", ["persistentvolumeclaim", "persistentvolumeclaims", "pvc", "pvcs"]),
        ("ClusterRole", ["clusterrole", "clusterroles"]),
        ("ClusterRoleBinding", ["clusterrolebinding", "clusterrolebindings"]),
        // With it goes every object of its kind.
        ("CustomResourceDefinition", ["customresourcedefinition", "customresourcedefinitions", "crd", "crds"]),
        // Copies of data, which are wanted when the data is gone.
        ("VolumeSnapshot", ["volumesnapshot", "volumesnapshots"]),
        ("VolumeSnapshotContent", ["volumesnapshotcontent", "volumesnapshotcontents"]),
    }.SelectMany(row => row.Names, (row, name) => KeyValuePair.Create(name, row.Kind)).ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> All => ByName.Values.Distinct().Order(StringComparer.Ordinal);

    /// <param name="name">Kind, plural or short name in any case; a version and group may follow a dot, a name a slash.</param>
    /// <returns>The kind, or null for one that is not protected.</returns>
    public static string? Find(string name)
    {
        var end = name.AsSpan().IndexOfAny('.', '/');
        return ByName.GetValueOrDefault((end < 0 ? name : name[..end]).Trim().ToLowerInvariant());
    }
}
