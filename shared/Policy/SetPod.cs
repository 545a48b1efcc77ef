using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A pod among the objects of a set.</summary>
/// <param name="Owner">The object that is the pod, or makes it.</param>
public sealed record SetPod(SetObject Owner, PodTemplate Template)
{
    public Field Labels => Template.Metadata[Name.Labels];
}
