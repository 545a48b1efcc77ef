namespace SelfHealGitOps.Manifests;

/// <summary>A mount of a container, and the <c>hostPath</c> of the volume that it names.</summary>
internal readonly record struct HostMount(Container Container, Field Mount, Field HostPath);

/// <summary>
/// The volumes of a pod that are directories of its node, in order of their names, so that no pod has so many that
/// looking them up takes long. Refilled for every pod; allocates only for more volumes than it has seen before.
/// </summary>
internal sealed class HostPathVolumes
{
    private static readonly Comparison<Field> ByName = static (left, right) =>
        left[Name.Name].Utf8.SequenceCompareTo(right[Name.Name].Utf8) is not 0 and var byName ? byName : left.Node.CompareTo(right.Node);

    private Field[] volumes = [];
    private int count;

    public void Load(PodTemplate pod)
    {
        count = 0;
        foreach (var volume in pod.Spec[Name.Volumes].Elements)
        {
            if (!volume[Name.HostPath].Exists)
            {
                continue;
            }

            if (count == volumes.Length)
            {
                Array.Resize(ref volumes, Math.Max(8, count * 2));
            }

            volumes[count++] = volume;
        }

        volumes.AsSpan(0, count).Sort(ByName);
    }

    /// <summary>The mounts of these containers that lead to the node; of most pods none, whose mounts are then not looked at.</summary>
    public MountSequence Mounts(ReadOnlySpan<Container> containers) => new(this, count == 0 ? default : containers);

    /// <summary>The <c>hostPath</c> of the first volume of the name that has one; absent where there is none.</summary>
    private Field Behind(Field mount)
    {
        var name = mount[Name.Name].Utf8;
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = volumes[middle][Name.Name].Utf8.SequenceCompareTo(name) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < count && volumes[low][Name.Name].Utf8.SequenceEqual(name) ? volumes[low][Name.HostPath] : default;
    }

    /// <summary>Container by container, in the order of their mounts; enumerating it allocates nothing.</summary>
    public readonly ref struct MountSequence(HostPathVolumes volumes, ReadOnlySpan<Container> containers)
    {
        private readonly HostPathVolumes volumes = volumes;
        private readonly ReadOnlySpan<Container> containers = containers;

        public Enumerator GetEnumerator() => new(volumes, containers);
    }

    public ref struct Enumerator
    {
        private readonly HostPathVolumes volumes;
        private readonly ReadOnlySpan<Container> containers;
        private ElementSequence.Enumerator mounts;
        private int next;

        internal Enumerator(HostPathVolumes volumes, ReadOnlySpan<Container> containers)
        {
            this.volumes = volumes;
            this.containers = containers;
        }

        public HostMount Current { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                while (mounts.MoveNext())
                {
                    if (volumes.Behind(mounts.Current) is { Exists: true } hostPath)
                    {
                        Current = new(containers[next - 1], mounts.Current, hostPath);
                        return true;
                    }
                }

                if (next == containers.Length)
                {
                    return false;
                }

                mounts = containers[next++][Name.VolumeMounts].Elements.GetEnumerator();
            }
        }
    }
}
