using SelfHealGitOps.Cluster;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Webhook.Tls;

/// <summary>
/// What the leader has the API server ask about: for the entries of the chart, whatever some rule of the catalogue judges;
/// nothing while somebody has set admission aside. Entries of other names are left alone.
/// </summary>
internal static class SubscribedRules
{
    public static EntryRules Until(TimeProvider clock) => (configuration, entry) =>
        Subscription.OfEntry(entry, Catalogue.All) is not { } rules ? null
        : Breakglass.Of(configuration)?.Holds(clock.GetUtcNow()) == true ? []
        : [.. rules.Select(rule => rule.ToValue().ToJson())];
}
