namespace SelfHealGitOps.Policy;

/// <summary>
/// What the API server is asked to send to the webhook: exactly the kinds that some rule over one object names, at the
/// requests at which it judges them. There is never a wildcard in it: leases, events, endpoints, nodes and reviews must
/// not wait for a webhook. Chart, plain manifests and the running webhook all have it from here.
/// </summary>
public static class Subscription
{
    /// <summary>Parts of a pod that are written through a path of their own, and that are judged like the pod.</summary>
    private static readonly string[] JudgedSubresources = ["pods/ephemeralcontainers", "pods/resize"];

    /// <summary>The rules of the validating entries.</summary>
    /// <param name="catalogue">All rules that the policy may choose from, not those that it chose: a changed policy must not need a new registration.</param>
    public static IReadOnlyList<SubscriptionRule> Validating(IEnumerable<Rule> catalogue, bool isNamespaced) => Of(catalogue, isNamespaced, JudgedSubresources);

    /// <summary>The rules of the mutating entries. The subresources of a pod can hold nothing that a fix may still change.</summary>
    public static IReadOnlyList<SubscriptionRule> Mutating(IEnumerable<Rule> catalogue, bool isNamespaced) => Of(catalogue, isNamespaced, []);

    /// <summary>One rule for each group; versions and resources of a group that do not go together are served nowhere, and ask for nothing.</summary>
    private static IReadOnlyList<SubscriptionRule> Of(IEnumerable<Rule> catalogue, bool isNamespaced, string[] subresources) =>
    [
        .. from rule in catalogue.OfType<ObjectRule>()
           from kind in rule.Judges
           where !ReferenceEquals(kind, ResourceKind.Any) && kind.IsNamespaced == isNamespaced
           group (kind, rule.JudgesAt) by kind.Group into ofGroup
           orderby ofGroup.Key
           let resources = ofGroup.Select(each => each.kind.Resource).ToHashSet()
           select new SubscriptionRule(
               ofGroup.Key,
               [.. ofGroup.SelectMany(each => each.kind.Versions).Distinct().Order(StringComparer.Ordinal)],
               [.. resources.Concat(subresources.Where(each => ofGroup.Key == "" && resources.Contains(each[..each.IndexOf('/', StringComparison.Ordinal)]))).Order(StringComparer.Ordinal)],
               ofGroup.Aggregate(Operations.None, (all, each) => all | each.JudgesAt),
               isNamespaced),
    ];
}
