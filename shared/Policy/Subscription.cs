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

    /// <summary>
    /// The rules of the mutating entries. The subresources of a pod can hold nothing that a fix may still change, and an
    /// update is asked about only of kinds that have a part which may change once they exist.
    /// </summary>
    public static IReadOnlyList<SubscriptionRule> Mutating(IEnumerable<Rule> catalogue, bool isNamespaced) =>
    [
        .. from rule in Of(catalogue, isNamespaced, [])
           from part in Split(rule)
           select part,
    ];

    /// <summary>True for kinds whose pod template may change once they exist, as their API documents: no Pod, no Job, and no custom resource.</summary>
    public static bool CanBeCorrectedLater(string group, string resource) => (group, resource) is
        ("apps", "deployments" or "statefulsets" or "daemonsets" or "replicasets")
        or ("", "replicationcontrollers" or "podtemplates")
        or ("batch", "cronjobs");

    /// <summary>What the rules for an entry of the chart are, by its name; null for entries of other names.</summary>
    public static IReadOnlyList<SubscriptionRule>? OfEntry(string name, IEnumerable<Rule> catalogue) => name switch
    {
        "namespaced.validate.selfheal.io" => Validating(catalogue, isNamespaced: true),
        "cluster.validate.selfheal.io" => Validating(catalogue, isNamespaced: false),
        "namespaced.mutate.selfheal.io" => Mutating(catalogue, isNamespaced: true),
        "cluster.mutate.selfheal.io" => Mutating(catalogue, isNamespaced: false),
        _ => null,
    };

    private static IEnumerable<SubscriptionRule> Split(SubscriptionRule rule)
    {
        List<string> later = [.. rule.Resources.Where(resource => CanBeCorrectedLater(rule.Group, resource))];
        List<string> once = [.. rule.Resources.Except(later)];
        if (later.Count > 0)
        {
            yield return rule with { Resources = later };
        }

        if (once.Count > 0 && rule.Operations.HasFlag(Operations.Create))
        {
            yield return rule with { Resources = once, Operations = Operations.Create };
        }
    }

    /// <summary>One rule for each group; versions and resources of a group that do not go together are served nowhere, and ask for nothing.</summary>
    private static IReadOnlyList<SubscriptionRule> Of(IEnumerable<Rule> catalogue, bool isNamespaced, string[] subresources) =>
    [
        .. from each in Kinds(catalogue)
           where each.Kind.IsNamespaced == isNamespaced
           group each by each.Kind.Group into ofGroup
           orderby ofGroup.Key
           let resources = ofGroup.Select(each => each.Kind.Resource).ToHashSet()
           select new SubscriptionRule(
               ofGroup.Key,
               [.. ofGroup.SelectMany(each => each.Kind.Versions).Distinct().Order(StringComparer.Ordinal)],
               [.. resources.Concat(subresources.Where(each => ofGroup.Key == "" && resources.Contains(each[..each.IndexOf('/', StringComparison.Ordinal)]))).Order(StringComparer.Ordinal)],
               ofGroup.Aggregate(Operations.None, (all, each) => all | each.At),
               isNamespaced),
    ];

    /// <summary>
    /// A rule that only a scan adds to a profile has no kind sent on its own account: ConfigMaps, which controllers write all
    /// the time, would wait for a webhook that has nothing to say of them. It judges what is sent for others, once it is
    /// switched on. Ingresses are sent for the rules over any object, which name no kind.
    /// </summary>
    private static IEnumerable<(ResourceKind Kind, Operations At)> Kinds(IEnumerable<Rule> catalogue)
    {
        List<ObjectRule> rules = [.. catalogue.OfType<ObjectRule>()];
        foreach (var rule in rules.Where(rule => rule.Info.Profiles != Profiles.OnlyScan))
        {
            foreach (var kind in rule.Judges.Where(kind => !ReferenceEquals(kind, ResourceKind.Any)))
            {
                yield return (kind, rule.JudgesAt);
            }
        }

        if (rules.Any(rule => rule.Judges.Contains(ResourceKind.Ingress)))
        {
            yield return (ResourceKind.Ingress, Operations.Create | Operations.Update);
        }
    }
}
