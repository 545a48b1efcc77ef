using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>One object of a set, to be looked up by others. Its document is a snapshot, so its fields stay valid.</summary>
public sealed class SetObject
{
    public SetObject(Field root)
    {
        var type = ObjectType.Of(root);
        Root = root;
        Identity = ObjectIdentity.Of(root);
        Group = System.Text.Encoding.UTF8.GetString(type.Group);
        var pods = new List<PodTemplate>();
        PodTemplate.AddAll(root, pods);
        Pods = pods;
    }

    public Field Root { get; }

    public ObjectIdentity Identity { get; }

    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; }

    public string Kind => Identity.Kind;

    /// <summary>Empty where the object names none: as written, so that <c>default</c> and none are two, as in kube-linter.</summary>
    public string Namespace => Identity.Namespace ?? "";

    public string Name => Identity.Name ?? "";

    /// <summary>True when the object is a pod or makes pods.</summary>
    public bool HasPod => Pods.Count > 0;

    /// <summary>All pods that the object is or makes; mostly one.</summary>
    public IReadOnlyList<PodTemplate> Pods { get; }

    /// <summary>The first of them; every field is absent where there is none.</summary>
    public PodTemplate Pod => HasPod ? Pods[0] : default;
}
