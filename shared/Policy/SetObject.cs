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
        PodTemplate.AddAll(root, pods, evenWithoutSpec: true);
        HasPod = PodTemplate.IsHeldBy(root);
        Pods = pods;
    }

    public Field Root { get; }

    public ObjectIdentity Identity { get; }

    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; }

    public string Kind => Identity.Kind;

    /// <summary>Where it stands in its file: the line is that of its first key.</summary>
    public Origin Origin
    {
        get
        {
            var document = Root.Document;
            var (line, column) = document.Source.Locate(Root.SourceOffset);
            return new(document.Source.File, document.Index, Root.Node == 0 ? null : document.Objects.IndexOf(Root.Node), line, column);
        }
    }

    /// <summary>The name of the file, as in the origin of findings.</summary>
    public string File => Root.Document.Source.File;

    /// <summary>Empty where the object names none: as written, so that <c>default</c> and none are two, as in kube-linter.</summary>
    public string Namespace => Identity.Namespace ?? "";

    public string Name => Identity.Name ?? "";

    /// <summary>True when the object is a pod or makes pods, by its kind.</summary>
    public bool HasPod { get; }

    /// <summary>All pods that the object is or makes, also those whose spec is missing; mostly one.</summary>
    public IReadOnlyList<PodTemplate> Pods { get; }

    /// <summary>Its own labels, not those of its pods.</summary>
    public Field Labels => Root[Manifests.Name.Metadata][Manifests.Name.Labels];

    /// <summary>The labels that a workload chooses its pods by; expressions are left out, as in kube-linter. Absent where it names none.</summary>
    internal Field SelectedLabels
    {
        get
        {
            var selector = Root[Manifests.Name.Spec][Manifests.Name.Selector];
            return Kind == "DeploymentConfig" ? selector : selector[Manifests.Name.MatchLabels];
        }
    }
}
