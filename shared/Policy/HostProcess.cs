using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Windows containers that run on the node itself. The API server wants either all containers of a pod to be such or
/// none, and <c>hostNetwork</c> with them, so they are ended together.
/// </summary>
internal static class HostProcess
{
    /// <summary>The field of a security context, of the pod or of a container.</summary>
    public static Field Of(Field securityContext) => securityContext[Name.WindowsOptions][Name.HostProcess];

    public static bool IsForbidden(Field hostProcess) => hostProcess.Exists && !hostProcess.IsFalse;

    /// <summary>What ends it for the whole pod; nothing where no container is such.</summary>
    public static List<Edit> Ending(Subject subject)
    {
        var edits = new List<Edit>();
        Add(edits, Of(subject.Pod.Spec[Name.SecurityContext]));
        foreach (ref readonly var container in subject.Containers)
        {
            Add(edits, Of(container[Name.SecurityContext]));
        }

        return edits;
    }

    private static void Add(List<Edit> edits, Field hostProcess)
    {
        if (IsForbidden(hostProcess))
        {
            edits.Add(new Edit.Set(hostProcess.Path, false));
        }
    }
}
