namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// The webhook itself. There is no CPU limit: throttled, it would make the whole cluster wait. Nor is there a hook before
/// the end: on SIGTERM the process says that it is not ready, goes on answering, and ends when nothing is in hand.
/// </summary>
internal static class WorkloadManifests
{
    /// <summary>The user of the image, which runs as no other.</summary>
    private const int User = 1654;

    public static IEnumerable<string> Of(Installation installation)
    {
        yield return Deployment(installation);
        yield return $"""
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            {InstalledObjects.Metadata(installation)}spec:
              maxUnavailable: 1
              # A replica that is not ready keeps no node from being drained.
              unhealthyPodEvictionPolicy: AlwaysAllow
              selector:
                matchLabels:
                  app.kubernetes.io/name: {installation.Name}

            """;
        yield return $"""
            apiVersion: v1
            kind: Service
            {InstalledObjects.Metadata(installation)}spec:
              type: ClusterIP
              selector:
                app.kubernetes.io/name: {installation.Name}
              ports:
                - name: https
                  port: 443
                  protocol: TCP
                  targetPort: https
                - name: metrics
                  port: 9090
                  protocol: TCP
                  targetPort: metrics

            """;
    }

    private static string Deployment(Installation installation) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        {{InstalledObjects.Metadata(installation)}}spec:
          replicas: {{installation.Replicas}}
          revisionHistoryLimit: 3
          selector:
            matchLabels:
              app.kubernetes.io/name: {{installation.Name}}
          strategy:
            type: RollingUpdate
            rollingUpdate:
              maxSurge: 1
              maxUnavailable: 0
          template:
            metadata:
        {{YamlText.Indent(6, InstalledObjects.Labels(installation))}}    spec:
              serviceAccountName: {{installation.Name}}
              automountServiceAccountToken: true
              priorityClassName: system-cluster-critical
              terminationGracePeriodSeconds: 30
              securityContext:
                runAsNonRoot: true
                runAsUser: {{User}}
                runAsGroup: {{User}}
                fsGroup: {{User}}
                seccompProfile:
                  type: RuntimeDefault
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - weight: 100
                      podAffinityTerm:
                        topologyKey: kubernetes.io/hostname
                        labelSelector:
                          matchLabels:
                            app.kubernetes.io/name: {{installation.Name}}
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: topology.kubernetes.io/zone
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app.kubernetes.io/name: {{installation.Name}}
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app.kubernetes.io/name: {{installation.Name}}
              containers:
                - name: webhook
                  image: {{YamlText.Quoted(installation.Image)}}
                  imagePullPolicy: IfNotPresent
                  args:
        {{YamlText.Indent(12, string.Concat(Arguments(installation).Select(argument => $"- {YamlText.Quoted(argument)}\n")))}}          env:
                    # The runtime's own diagnostics would want a place to write.
                    - name: DOTNET_EnableDiagnostics
                      value: "0"
        {{YamlText.If(installation.OtlpEndpoint is not null, $"""
                    - name: OTEL_EXPORTER_OTLP_ENDPOINT
                      value: {YamlText.Quoted(installation.OtlpEndpoint ?? "")}

        """)}}          ports:
                    - name: https
                      containerPort: 8443
                      protocol: TCP
                    - name: metrics
                      containerPort: 9090
                      protocol: TCP
                  readinessProbe:
                    httpGet:
                      path: /readyz
                      port: https
                      scheme: HTTPS
                    periodSeconds: 2
                    timeoutSeconds: 2
                    failureThreshold: 2
                  livenessProbe:
                    httpGet:
                      path: /healthz
                      port: https
                      scheme: HTTPS
                    initialDelaySeconds: 10
                    periodSeconds: 10
                    timeoutSeconds: 5
                    failureThreshold: 6
                  resources:
                    requests:
                      cpu: 100m
                      memory: 128Mi
                    limits:
                      memory: 512Mi
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    runAsNonRoot: true
                    capabilities:
                      drop: [ALL]
                  volumeMounts:
                    - name: policy
                      mountPath: /etc/selfheal
                      readOnly: true
                    - name: tmp
                      mountPath: /tmp
        {{YamlText.If(!installation.ManagesCertificates, """
                    - name: tls
                      mountPath: /etc/selfheal-tls
                      readOnly: true

        """)}}{{YamlText.If(installation.HasClientCa, """
                    - name: client-ca
                      mountPath: /etc/selfheal-client-ca
                      readOnly: true

        """)}}      volumes:
                - name: policy
                  configMap:
                    name: {{installation.Name}}-policy
                - name: tmp
                  emptyDir:
                    sizeLimit: 64Mi
        {{YamlText.If(!installation.ManagesCertificates, $"""
                - name: tls
                  secret:
                    secretName: {YamlText.Scalar(installation.SecretName)}

        """)}}{{ClientCaVolume(installation)}}
        """;

    private static string ClientCaVolume(Installation installation) =>
        installation.ClientCaConfigMap is { } map ? $"        - name: client-ca\n          configMap:\n            name: {YamlText.Scalar(map)}\n"
        : installation.ClientCaSecret is { } secret ? $"        - name: client-ca\n          secret:\n            secretName: {YamlText.Scalar(secret)}\n"
        : "";

    private static IEnumerable<string> Arguments(Installation installation) =>
    [
        "--listen", "0.0.0.0:8443",
        "--metrics-listen", "0.0.0.0:9090",
        "--policy", "/etc/selfheal/.selfheal.yaml",
        "--in-cluster",
        .. installation.ManagesCertificates
            ? new[] { "--self-managed", "--service", installation.Name, "--secret", installation.SecretName }
            : ["--tls-cert", "/etc/selfheal-tls/tls.crt", "--tls-key", "/etc/selfheal-tls/tls.key"],
        "--namespace", installation.Namespace,
        "--lease", installation.Name,
        "--validating-configuration", installation.Name,
        "--mutating-configuration", installation.Name,
        .. installation.HasClientCa ? ["--client-ca", "/etc/selfheal-client-ca/ca.crt"] : (string[])[],
    ];
}
