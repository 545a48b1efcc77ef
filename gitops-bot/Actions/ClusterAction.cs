using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>What can be done to a cluster and not to a file: a closed list, one file each. Nothing outside of it ever runs.</summary>
internal abstract record ClusterAction
{
    /// <exception cref="ArgumentException">The target's names are none that Kubernetes allows.</exception>
    private protected ClusterAction(string cluster, ObjectReference target)
    {
        if (ActionNames.ProblemOf(target) is { } problem)
        {
            throw new ArgumentException(problem, nameof(target));
        }

        (Cluster, Target) = (cluster, target);
    }

    /// <summary>By the name that the configuration gives it.</summary>
    public string Cluster { get; }

    /// <summary>The object that it is done to.</summary>
    public ObjectReference Target { get; }

    /// <summary>Its id in the catalogue, which is the verb that its blast radius begins with: <c>restart-rollout</c>.</summary>
    public abstract string Id { get; }

    /// <summary>As the catalogue reads them again.</summary>
    public virtual IReadOnlyDictionary<string, string> Parameters { get; } = new Dictionary<string, string>();

    /// <summary>What whoever runs it has to be allowed.</summary>
    public abstract AccessQuestion.Resource Permission { get; }

    /// <summary>Why no commit does the same, for people.</summary>
    /// <param name="file">Where the repository has the target, ready to be shown; null for nowhere.</param>
    public abstract string WhyNotGit(string? file);

    /// <summary>What is expected to be seen within <see cref="Convergence.Limit"/>, for people.</summary>
    public abstract string Expected { get; }

    /// <summary>What it is in words: <c>restart-rollout deployment shop/web</c>. Of names only, and without a cluster.</summary>
    public string Name => $"{Id} {Target.Type.Kind.ToLowerInvariant()} {Target.Namespace}/{Target.Name}{string.Concat(Parameters.Select(each => $" {each.Key}={each.Value}"))}";

    /// <summary>Looks at the cluster, checks what has to hold, and prepares the one write that this is. Changes nothing.</summary>
    public abstract Task<ActionReading> ReadAsync(ICluster cluster, TimeProvider clock, CancellationToken cancellationToken);

    /// <summary>As kubectl names the target: <c>deployment/web</c>.</summary>
    private protected string Word => $"{Target.Type.Kind.ToLowerInvariant()}/{Target.Name}";

    private protected string Kubectl(params string[] words) => ShellText.Of(["kubectl", "-n", Target.Namespace!, .. words]);
}
