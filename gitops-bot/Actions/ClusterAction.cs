using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>What can be done to a cluster and not to a file: a closed list, one file each. Nothing outside of it ever runs.</summary>
/// <param name="Cluster">By the name that the configuration gives it.</param>
/// <param name="Target">The object that it is done to.</param>
internal abstract record ClusterAction(string Cluster, ObjectReference Target)
{
    /// <summary>Its id in the catalogue, which is the verb that its blast radius begins with: <c>restart-rollout</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The very command that a person would type, with every argument quoted for a POSIX shell.</summary>
    public abstract string Command { get; }

    /// <summary>The same, changing nothing.</summary>
    public abstract string DryRunCommand { get; }
}
