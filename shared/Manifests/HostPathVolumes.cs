namespace SelfHealGitOps.Manifests;

/// <summary>The volumes of a pod that are directories of its node.</summary>
internal static class HostPathVolumes
{
    /// <summary>False in most pods, whose mounts need then not be looked at.</summary>
    public static bool Any(PodTemplate pod)
    {
        foreach (var volume in pod.Spec[Name.Volumes].Elements)
        {
            if (volume[Name.HostPath].Exists)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The <c>hostPath</c> of the volume that a mount names; absent where that is none, or of another kind.</summary>
    public static Field Behind(PodTemplate pod, Field mount)
    {
        var name = mount[Name.Name].Utf8;
        foreach (var volume in pod.Spec[Name.Volumes].Elements)
        {
            if (volume[Name.HostPath].Exists && volume[Name.Name].Utf8.SequenceEqual(name))
            {
                return volume[Name.HostPath];
            }
        }

        return default;
    }
}
