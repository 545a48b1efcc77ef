using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>How a finding is mended: symbolic edits of the object it was found in.</summary>
public sealed record Fix(string Title, Safety Safety, EquatableArray<Edit> Edits)
{
    public Fix(string title, Safety safety, Edit edit)
        : this(title, safety, [edit])
    {
    }
}
