namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>Deployments to apply. Their pods need no image that is there: admission comes before.</summary>
internal static class Workloads
{
    public static string Compliant(string @namespace, string name) => Deployment(@namespace, name, pod: "runAsNonRoot: true, ", container: "");

    /// <summary>Runs as nobody's root by its user id, and does not say so: Safe to set.</summary>
    public static string Correctable(string @namespace, string name) => Deployment(@namespace, name, pod: "", container: "");

    public static string Privileged(string @namespace, string name) => Deployment(@namespace, name, pod: "runAsNonRoot: true, ", container: "privileged: true, ");

    private static string Deployment(string @namespace, string name, string pod, string container) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}, namespace: {{@namespace}} }
        spec:
          replicas: 0
          selector:
            matchLabels: {app: {{name}} }
          template:
            metadata:
              labels: {app: {{name}} }
            spec:
              securityContext: { {{pod}}runAsUser: 10001, seccompProfile: {type: RuntimeDefault} }
              containers:
                - name: web
                  image: registry.example.com/shop/web:v1.2.3
                  resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 100m, memory: 16Mi} }
                  securityContext: { {{container}}allowPrivilegeEscalation: {{(container.Length > 0 ? "true" : "false")}}, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]} }
        """;
}
