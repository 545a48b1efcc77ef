using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>What a proposal is judged among. One serves all proposals of a pass over one repository; safe for use from many threads.</summary>
/// <param name="rules">Everything that the repository is judged by.</param>
/// <param name="settings">The owner's, with the version of Kubernetes that files are written for.</param>
/// <param name="repository">The objects of all files as they are, under the names that <see cref="Propose.WriteTarget.File"/> has.</param>
/// <param name="now">By which exemptions hold.</param>
internal sealed class Surroundings(RuleSet rules, PolicySettings settings, ObjectSet repository, DateTimeOffset now)
{
    public RuleSet Rules => rules;

    public PolicySettings Settings => settings;

    public ObjectSet Repository => repository;

    public DateTimeOffset Now => now;

    /// <summary>Where the file is applied to; null where no cluster is configured for it.</summary>
    public ClusterTarget? Cluster { get; init; }

    /// <summary>What the set rules find in the repository as it is; looked for when first asked.</summary>
    public SetFindings SetFindings => LazyInitializer.EnsureInitialized(ref field, () => new(this));

    /// <summary>Every label that some selector of the repository asks for.</summary>
    public HashSet<string> SelectedLabels => LazyInitializer.EnsureInitialized(ref field, () => SelectorLabels.Of(Repository));
}
