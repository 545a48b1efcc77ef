using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>An element of <c>rules</c> in an entry of a webhook configuration.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Resources">Plurals, and subresources by name.</param>
public sealed record SubscriptionRule(
    string Group,
    IReadOnlyList<string> Versions,
    IReadOnlyList<string> Resources,
    Operations Operations,
    bool IsNamespaced)
{
    /// <summary>The operations as the API writes them.</summary>
    public IEnumerable<string> OperationNames
    {
        get
        {
            if (Operations.HasFlag(Operations.Create))
            {
                yield return "CREATE";
            }

            if (Operations.HasFlag(Operations.Update))
            {
                yield return "UPDATE";
            }
        }
    }

    /// <summary>As the API has it (<c>admissionregistration.k8s.io/v1 RuleWithOperations</c>).</summary>
    public Value ToValue() => new Value.Map(
    [
        new("apiGroups", ListOf([Group])),
        new("apiVersions", ListOf(Versions)),
        new("operations", ListOf(OperationNames)),
        new("resources", ListOf(Resources)),
        new("scope", IsNamespaced ? "Namespaced" : "Cluster"),
    ]);

    private static Value.List ListOf(IEnumerable<string> texts) => new([.. texts.Select(text => new Value.Text(text))]);
}
