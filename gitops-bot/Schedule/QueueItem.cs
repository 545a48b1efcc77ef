using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Who can reach what a finding is about. In order of weight.</summary>
internal enum Exposure
{
    /// <summary>Nothing in front: a job, a worker.</summary>
    None,

    /// <summary>A Service within the cluster.</summary>
    Cluster,

    /// <summary>An Ingress, a Gateway route, a node port or a load balancer.</summary>
    Outside,
}

/// <summary>A verified change that waits to be delivered.</summary>
/// <param name="Id">The fingerprint of its write target; unique in the queue, and what breaks ties.</param>
/// <param name="Target">What it writes: two changes of one target keep a distance in time.</param>
/// <param name="RuleId">The rule of its worst finding.</param>
/// <param name="Exposure">Null is not known, and counts as <see cref="Schedule.Exposure.Outside"/>.</param>
/// <param name="Since">When it was first found.</param>
internal sealed record QueueItem(string Id, string Target, string RuleId, Severity Severity, Exposure? Exposure, int Score, DateTimeOffset Since)
{
    /// <summary>The rules of all findings that it mends; the first is the worst.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [RuleId];

    /// <param name="worst">Stands first.</param>
    public static IReadOnlyList<string> RulesOf(string worst, IEnumerable<Finding> findings) =>
        [.. findings.Select(finding => finding.Rule.Id).Prepend(worst).Distinct(StringComparer.Ordinal)];

    public Tier Tier => Tiers.Of(Score);
}
