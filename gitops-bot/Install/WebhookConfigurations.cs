using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// What the API server asks the webhook about. Kinds of the whole cluster have an entry of their own that a dead webhook
/// does not close: the API server writes its own roles when it starts. An entry whose certificates the webhook manages has no
/// field <c>rules</c> at all, not even an empty one, which the next apply would put in place of the leader's.
/// </summary>
internal static class WebhookConfigurations
{
    public static IEnumerable<string> Of(Installation installation)
    {
        yield return $"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            {Metadata(installation)}webhooks:
            {Entry(installation, "namespaced", "mutate", "Ignore")}{Entry(installation, "cluster", "mutate", "Ignore")}
            """;
        yield return $"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            {Metadata(installation)}webhooks:
            {Entry(installation, "namespaced", "validate", "Fail")}{Entry(installation, "cluster", "validate", "Ignore")}
            """;
    }

    private static string Metadata(Installation installation) =>
        InstalledObjects.Metadata(installation, isNamespaced: false) + YamlText.If(
            installation.InjectCaFrom is not null,
            $"""
              annotations:
                cert-manager.io/inject-ca-from: {YamlText.Quoted(installation.InjectCaFrom ?? "")}

            """);

    private static string Entry(Installation installation, string scope, string path, string failurePolicy) => YamlText.Indent(2, $"""
        - name: {scope}.{path}.selfheal.io
          admissionReviewVersions: [v1]
          clientConfig:
            service:
              name: {installation.Name}
              namespace: {YamlText.Scalar(installation.Namespace)}
              path: /{path}
              port: 443
        {YamlText.If(!installation.ManagesCertificates && installation.CaBundle is not null, $"    caBundle: {installation.CaBundle}\n")}  failurePolicy: {failurePolicy}
          matchPolicy: Equivalent
          sideEffects: NoneOnDryRun
          timeoutSeconds: 3
        {YamlText.If(path == "mutate", "  reinvocationPolicy: IfNeeded\n")}{YamlText.If(scope == "namespaced", $"""
          namespaceSelector:
            matchExpressions:
              - key: kubernetes.io/metadata.name
                operator: NotIn
                values: {YamlText.List([installation.Namespace, .. Installation.AlwaysExcluded, .. installation.ExcludedNamespaces])}

        """)}{YamlText.If(!installation.ManagesCertificates, $"  rules:\n{YamlText.Indent(4, YamlText.Rules(Rules(path, scope == "namespaced")))}")}
        """);

    private static IReadOnlyList<SubscriptionRule> Rules(string path, bool isNamespaced) =>
        path == "validate" ? Subscription.Validating(Catalogue.All, isNamespaced) : Subscription.Mutating(Catalogue.All, isNamespaced);
}
