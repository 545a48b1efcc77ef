using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Tests.Schedule;

/// <summary>A small shop with one of each neighbour.</summary>
internal static class ShopObjects
{
    public static string Yaml(string place) => """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: PLACE}
        imagePullSecrets: [{name: pull}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: PLACE}
        data: {a: "1"}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: PLACE}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: app
                  image: registry.example.com/shop/web:1.2
                  env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a, optional: true}}}]
              volumes:
                - {name: data, persistentVolumeClaim: {claimName: data}}
                - {name: all, projected: {sources: [{secret: {name: keys}}]}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, namespace: PLACE}
        spec:
          replicas: 1
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api}}
            spec:
              serviceAccountName: robot
              containers: [{name: app, image: "registry.example.com/shop/api:1.2"}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: PLACE}
        spec:
          replicas: 2
          serviceName: db
          podManagementPolicy: Parallel
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec:
              containers: [{name: app, image: "registry.example.com/shop/db:1.2", volumeMounts: [{name: data, mountPath: /data}]}]
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly, namespace: PLACE}
        spec:
          schedule: 0 0 1 1 *
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: Never
                  containers: [{name: app, image: "registry.example.com/shop/job:1.2", envFrom: [{configMapRef: {name: settings}}]}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: PLACE}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: PLACE}
        spec:
          tls: [{hosts: [shop.example.com], secretName: cert}]
          rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: PLACE}
        spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: PLACE}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 5
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]

        """.Replace("PLACE", place, StringComparison.Ordinal);

    public static IEnumerable<JsonObject> All(string place) => Tests.Yaml.ReadAll(Yaml(place)).OfType<JsonObject>();
}
