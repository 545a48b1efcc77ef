namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>A repository of one Deployment in which no rule finds anything, so that all that is delivered is about actions.</summary>
internal static class ActionShop
{
    public static void Write(string folder, string @namespace, string alice, string bob)
    {
        Directory.CreateDirectory(Path.Combine(folder, "apps"));
        File.WriteAllText(Path.Combine(folder, "CODEOWNERS"), $".* @{alice} @{bob}\n");
        File.WriteAllText(Path.Combine(folder, ".selfheal.yaml"), "profile: pss-baseline\n");
        File.WriteAllText(Path.Combine(folder, "apps", "web.yaml"), $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              namespace: {{@namespace}}
            spec:
              replicas: 3
              selector:
                matchLabels: {app: web}
              template:
                metadata:
                  labels: {app: web}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: web
                    image: local/busybox:1
                    command: [/bin/sh, -c, "sleep 100000"]
                    env:
                    - {name: SECRET_WORD, value: swordfish}

            """);
    }

    /// <summary>What stands before the Deployment and guards it, and leaves no pod to spare.</summary>
    public static string Front(string @namespace) => """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: PLACE}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: PLACE}
        spec:
          rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: PLACE}
        spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: PLACE}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 3
          maxReplicas: 4
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]

        """.Replace("PLACE", @namespace, StringComparison.Ordinal);
}
