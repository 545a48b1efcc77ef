namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// Who may talk to the webhook, and to whom it may. An API server is mostly no pod, and has no address that is known
/// beforehand: it is let in by the port, and found by the ports that API servers listen on.
/// </summary>
internal static class NetworkManifest
{
    public static string Of(Installation installation) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        {{InstalledObjects.Metadata(installation)}}spec:
          podSelector:
            matchLabels:
              app.kubernetes.io/name: {{installation.Name}}
          policyTypes: [Ingress, Egress]
          ingress:
            - ports:
                - port: 8443
                  protocol: TCP
            - from:
                - namespaceSelector: {}
              ports:
                - port: 9090
                  protocol: TCP
          egress:
            - ports:
                - port: 443
                  protocol: TCP
                - port: 6443
                  protocol: TCP
            - ports:
                - port: 53
                  protocol: UDP
                - port: 53
                  protocol: TCP
        {{YamlText.If(installation.OtlpEndpoint is not null, """
            - ports:
                - port: 4317
                  protocol: TCP
                - port: 4318
                  protocol: TCP

        """)}}
        """;
}
