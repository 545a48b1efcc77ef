namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>One pull request that a shop has to lead to.</summary>
/// <param name="Rules">In the order of their names; one that is found twice stands twice.</param>
internal sealed record ExpectedChange(string File, string Tier, params string[] Rules);

/// <summary>
/// A repository of seven files with twenty findings, whose workloads run in a cluster: the images need only have been
/// imported there. Five files can be mended; one names an image that only a registry can tell more of, and one the cluster
/// lets nobody change.
/// </summary>
internal static class ShopFiles
{
    public const int Findings = 20;

    public const string Frozen = "the ledger is frozen until its migration is done";

    /// <summary>
    /// The tiers are what a development namespace and the live objects make of it: what a container may do weighs ten, its
    /// pods' restart, their number and the missing disruption budget bring it above what is automatic.
    /// </summary>
    public static IReadOnlyList<ExpectedChange> Changes { get; } =
    [
        new("apps/api.yaml", "human", "no-read-only-root-fs", "pss-allow-privilege-escalation", "pss-capabilities-baseline", "pss-capabilities-restricted", "unset-memory-requirements"),
        new("apps/queue.yaml", "human", "pss-allow-privilege-escalation", "pss-capabilities-restricted", "pss-seccomp-profile-restricted"),
        new("apps/web.yaml", "human", "pss-allow-privilege-escalation", "pss-capabilities-restricted", "pss-run-as-non-root", "pss-seccomp-profile-restricted"),
        new("jobs/report.yaml", "human", "no-read-only-root-fs", "pss-allow-privilege-escalation", "pss-seccomp-profile-restricted"),
        new("platform/agent.yaml", "human", "pss-allow-privilege-escalation", "pss-host-namespaces", "pss-privileged"),
    ];

    /// <summary>Files that become an issue: rule, code, and what the issue has to say.</summary>
    public static IReadOnlyList<(string File, string Rule, string Code, string Says)> Issues { get; } =
    [
        ("apps/cache.yaml", "latest-tag", "NEEDS_EVIDENCE", "the digest or version that local/busybox:latest stands for"),
        ("platform/ledger.yaml", "pss-allow-privilege-escalation", "REFUSED_BY_CLUSTER", Frozen),
    ];

    /// <summary>What selfheal judges the repository by.</summary>
    private const string Policy = """
        profile: shop
        profiles:
          shop: {extends: [pss-restricted], rules: [latest-tag, unset-memory-requirements, no-read-only-root-fs, deprecated-service-account-field]}
        defaults:
          resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi} }

        """;

    /// <param name="owners">Two users; the first answers for everything, both for the platform.</param>
    public static void Write(string folder, string @namespace, string[] owners)
    {
        void File(string name, string text)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllText(path, text);
        }

        File(".selfheal.yaml", Policy);
        File("CODEOWNERS", $".* @{owners[0]}\nplatform/.* @{owners[0]} @{owners[1]}\n");
        File("apps/web.yaml", "# The front of the shop.\n" + Workload(
            "Deployment", @namespace, "web", "replicas: 2   # one per zone", "runAsUser: 10001",
            "allowPrivilegeEscalation: true   # left over from a debugging day", "readOnlyRootFilesystem: true") + $$"""
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: {{@namespace}}
            spec:
              selector: {app: web}
              ports:
              - port: 80
                targetPort: 8080

            """);
        File("apps/api.yaml", Workload(
            "Deployment", @namespace, "api", "replicas: 1", "runAsUser: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}",
            "allowPrivilegeEscalation: false", "capabilities: {drop: [ALL], add: [NET_ADMIN]}").Replace("        resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi} }\n", "", StringComparison.Ordinal) + """
                  - name: sidecar
                    image: local/busybox:2
                    command: [/bin/sh, -c, "sleep 100000"]
                    resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi} }
                    securityContext:
                      readOnlyRootFilesystem: true
                      capabilities: {drop: [ALL]}

            """);
        File("apps/queue.yaml", Workload("StatefulSet", @namespace, "queue", "replicas: 1\n  serviceName: queue", "runAsUser: 10001, runAsNonRoot: true", "readOnlyRootFilesystem: true"));
        File("apps/cache.yaml", Workload(
            "Deployment", @namespace, "cache", "replicas: 1", "runAsUser: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}",
            "allowPrivilegeEscalation: false", "readOnlyRootFilesystem: true", "capabilities: {drop: [ALL]}").Replace("busybox:1", "busybox:latest", StringComparison.Ordinal));
        File("jobs/report.yaml", $$"""
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: report
              namespace: {{@namespace}}
            spec:
              schedule: "0 3 * * *"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 10001
                      containers:
                      - name: report
                        image: local/busybox:1
                        command: [/bin/true]
                        resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi} }
                        securityContext:
                          capabilities: {drop: [ALL]}

            """);
        File("platform/agent.yaml", Workload(
            "DaemonSet", @namespace, "agent", "minReadySeconds: 0", "runAsUser: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}",
            "privileged: true", "readOnlyRootFilesystem: true", "capabilities: {drop: [ALL]}").Replace("      terminationGracePeriodSeconds", "      hostPID: true\n      terminationGracePeriodSeconds", StringComparison.Ordinal));
        File("platform/ledger.yaml", Workload(
            "Deployment", @namespace, "ledger", "replicas: 1", "runAsUser: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}",
            "readOnlyRootFilesystem: true", "capabilities: {drop: [ALL]}").Replace("  name: ledger\n  namespace", "  name: ledger\n  labels: {frozen: \"true\"}\n  namespace", StringComparison.Ordinal));
    }

    /// <summary>Lets nobody change a workload that is frozen.</summary>
    public static string Freeze(string @namespace) => $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: {{@namespace}} }
        spec:
          failurePolicy: Fail
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{@namespace}} } }
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}
          validations:
          - expression: "!has(object.metadata.labels) || !('frozen' in object.metadata.labels) || object.spec.template == oldObject.spec.template"
            message: {{Frozen}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: {{@namespace}} }
        spec: {policyName: {{@namespace}}, validationActions: [Deny]}
        """;

    /// <summary>What everybody comes through, and what may not lose a pod: nothing of the shop weighs more.</summary>
    public static string Front(string @namespace) => Workload(
        "Deployment", @namespace, "front", "replicas: 4", "runAsUser: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}",
        "allowPrivilegeEscalation: false", "readOnlyRootFilesystem: true", "capabilities: {drop: [ALL]}").Replace("      terminationGracePeriodSeconds", "      serviceAccount: default\n      terminationGracePeriodSeconds", StringComparison.Ordinal) + string.Concat(Enumerable.Range(1, 2).Select(i => $$"""
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: front-{{i}}, namespace: {{@namespace}} }
        spec:
          selector: {app: front}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front-{{i}}, namespace: {{@namespace}} }
        spec:
          defaultBackend: {service: {name: front-{{i}}, port: {number: 80} } }

        """)) + $$"""
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: front, namespace: {{@namespace}} }
        spec:
          minAvailable: 4
          selector: {matchLabels: {app: front} }

        """;

    private static string Workload(string kind, string @namespace, string name, string scale, string pod, params string[] container) => $$"""
        apiVersion: apps/v1
        kind: {{kind}}
        metadata:
          name: {{name}}
          namespace: {{@namespace}}
        spec:
          {{scale}}
          selector:
            matchLabels: {app: {{name}} }
          template:
            metadata:
              labels: {app: {{name}} }
            spec:
              terminationGracePeriodSeconds: 1
              securityContext:
                {{string.Join("\n        ", pod.Split(", "))}}
              containers:
              - name: {{name}}
                image: local/busybox:1
                command: [/bin/sh, -c, "sleep 100000"]
                resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi} }
                securityContext:
                  {{string.Join("\n          ", container)}}

        """;
}
