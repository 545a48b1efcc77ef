using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// One object as rules see it. Its pod and containers are looked up once, not once per rule. Refilled for every
/// object; nothing may keep it.
/// </summary>
public sealed class Subject
{
    private Container[] containers = new Container[16];
    private readonly HostPathVolumes hostPaths = new();
    private int containerCount;
    private readonly List<PodTemplate> pods = new(4);
    private int podIndex;
    private bool knowsHostPaths;

    public PolicySettings Settings { get; private set; } = PolicySettings.Default;

    public Field Root { get; private set; }

    public Field Metadata { get; private set; }

    public Field Spec { get; private set; }

    public ReadOnlySpan<byte> Kind => ObjectType.Of(Root).Kind;

    public ReadOnlySpan<byte> ApiVersion => ObjectType.Of(Root).ApiVersion;

    /// <summary>True when the object is a pod or makes pods; only then is <see cref="Pod"/> of use.</summary>
    public bool HasPod { get; private set; }

    /// <summary>The pod spec and its metadata. Every field is absent where <see cref="HasPod"/> is false. Where an object makes several kinds of pods, each in its turn.</summary>
    public PodTemplate Pod { get; private set; }

    /// <summary>All containers in the order init, regular, ephemeral; none where <see cref="HasPod"/> is false.</summary>
    public ReadOnlySpan<Container> Containers => containers.AsSpan(0, containerCount);

    /// <summary>The mounts of all containers that lead to a directory of the node.</summary>
    internal HostPathVolumes.MountSequence HostMounts
    {
        get
        {
            if (!knowsHostPaths)
            {
                hostPaths.Load(Pod);
                knowsHostPaths = true;
            }

            return hostPaths.Mounts(Containers);
        }
    }

    /// <summary>True for pods of Windows nodes, as their <c>os.name</c> says. Several controls do not apply to them.</summary>
    public bool IsWindows => HasPod && Pod.Spec[Name.Os][Name.Name].Is("windows"u8);

    /// <summary>True for pods that anything ties to Windows, where a <c>runAsUser</c> counts for nothing.</summary>
    public bool MayBeWindows
    {
        get
        {
            if (!HasPod)
            {
                return false;
            }

            var selector = Pod.Spec[Name.NodeSelector];
            if (IsWindows || selector["kubernetes.io/os"].Is("windows"u8) || selector["beta.kubernetes.io/os"].Is("windows"u8)
                || Pod.Spec[Name.SecurityContext][Name.WindowsOptions].Exists)
            {
                return true;
            }

            foreach (ref readonly var container in Containers)
            {
                if (container[Name.SecurityContext][Name.WindowsOptions].Exists)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// False where a container names no image: such a text is a patch, which something else completes. An object without
    /// a pod is taken for whole.
    /// </summary>
    public bool IsWhole
    {
        get
        {
            foreach (ref readonly var container in Containers)
            {
                if (!container[Name.Image].Exists)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Turns to an object: the root of a document, or an item of a list in it.</summary>
    public void Load(Field root, PolicySettings settings)
    {
        Settings = settings;
        Root = root;
        Metadata = root[Name.Metadata];
        Spec = root[Name.Spec];
        pods.Clear();
        PodTemplate.AddAll(root, pods);
        HasPod = pods.Count > 0;
        LoadPod(0);
    }

    /// <summary>Turns to the object's next pod; false when there is none.</summary>
    internal bool NextPod()
    {
        if (podIndex + 1 >= pods.Count)
        {
            return false;
        }

        LoadPod(podIndex + 1);
        return true;
    }

    /// <summary>True when the object's apiVersion is of this group (empty for the core group), and its kind this one.</summary>
    public bool Is(ReadOnlySpan<byte> group, ReadOnlySpan<byte> kind)
    {
        var type = ObjectType.Of(Root);
        return type.Kind.SequenceEqual(kind) && type.Group.SequenceEqual(group);
    }

    private void LoadPod(int index)
    {
        podIndex = index;
        containerCount = 0;
        knowsHostPaths = false;
        Pod = HasPod ? pods[index] : default;
        if (HasPod)
        {
            Add(Pod.Spec[Name.InitContainers], ContainerList.InitContainers);
            Add(Pod.Spec[Name.Containers], ContainerList.Containers);
            Add(Pod.Spec[Name.EphemeralContainers], ContainerList.EphemeralContainers);
        }
    }

    private void Add(Field list, ContainerList kind)
    {
        foreach (var element in list.Elements)
        {
            if (!element.IsMap)
            {
                continue;
            }

            if (containerCount == containers.Length)
            {
                Array.Resize(ref containers, containers.Length * 2);
            }

            containers[containerCount++] = new Container(element, kind);
        }
    }
}
