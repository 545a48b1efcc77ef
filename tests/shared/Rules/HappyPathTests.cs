using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

public sealed class HappyPathTests
{
    public static TheoryData<string> Ids => [.. Catalogue.All.Select(rule => rule.Info.Id)];

    public static TheoryData<string> ObjectRuleIds => [.. Catalogue.All.OfType<ObjectRule>().Select(rule => rule.Info.Id)];

    /// <summary>An object with all that rules look at, and nothing wrong with it.</summary>
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          annotations: {email: shop@example.com}
          labels: {owner: shop}
          name: web
          namespace: shop
        spec:
          replicas: 3
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              affinity:
                nodeAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}
                    weight: 1
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - podAffinityTerm:
                      labelSelector: {matchExpressions: [{key: app, operator: In, values: [web]}], matchLabels: {app: web}}
                      namespaces: [shop]
                      topologyKey: kubernetes.io/hostname
                    weight: 100
              automountServiceAccountToken: false
              containers:
              - &container
                command: ["/bin/web", "--verbose"]
                env:
                - {name: COLOR, value: blue and not red at all}
                - {name: PLACE, value: "https://example.com/a:b@c"}
                image: registry.example.com/team/web:1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                livenessProbe: {httpGet: {path: /, port: http}}
                name: web
                ports:
                - {containerPort: 8080, name: http}
                readinessProbe: {tcpSocket: {port: 8080}}
                resources:
                  limits: {cpu: "1", memory: 0.5Gi}
                  requests: {cpu: 100m, memory: 128Mi}
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
                  privileged: false
                  readOnlyRootFilesystem: true
                volumeMounts:
                - {mountPath: /data, name: data}
              - <<: *container
                name: sidecar
              dnsConfig:
                options:
                - {name: ndots, value: "2"}
              hostUsers: false
              initContainers:
              - <<: *container
                name: setup
              priorityClassName: system-cluster-critical
              restartPolicy: Always
              securityContext:
                runAsGroup: 10001
                runAsNonRoot: true
                runAsUser: 10001
                seccompProfile: {type: RuntimeDefault}
              serviceAccountName: web
              volumes:
              - emptyDir: {}
                name: data
        """;

    [Theory]
    [MemberData(nameof(ObjectRuleIds))]
    public void Allocates_nothing_where_nothing_is_wrong(string id)
    {
        var rule = Catalogue.All.OfType<ObjectRule>().Single(rule => rule.Info.Id == id);
        var document = new ManifestReader().Read(new SourceText("web.yaml", Encoding.UTF8.GetBytes(Deployment)), isNamed: true).Single().Document;
        var subject = new Subject();
        subject.Load(document.Root, PolicySettings.Default);
        var findings = new FindingList();
        findings.Start(document.Root, itemIndex: null);
        rule.Check(subject, findings);
        Assert.Empty(findings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        rule.Check(subject, findings);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Bears_any_shape(string id)
    {
        var rule = Catalogue.All.Single(rule => rule.Info.Id == id);
        foreach (var value in (string[])["null", "true", "7", "text", "[]", "[[]]", "[null]", "[7]", "[text]", "{}", "{a: b}", "[{}]", "[{name: null}]", "[{name: {}}]"])
        {
            foreach (var kind in (string[])["v1\nkind: Pod", "v1\nkind: Service", "v1\nkind: ConfigMap", "policy/v1beta1\nkind: PodDisruptionBudget", "extensions/v1beta1\nkind: Pod",
                "apps/v1\nkind: Deployment", "apps/v1\nkind: StatefulSet", "batch/v1\nkind: Job", "batch/v1\nkind: CronJob", "autoscaling/v2\nkind: HorizontalPodAutoscaler",
                "policy/v1\nkind: PodDisruptionBudget", "security.openshift.io/v1\nkind: SecurityContextConstraints"])
            {
                Judge.Text($"apiVersion: {kind}\nmetadata: {value}\nspec: {value}\ndata: {value}\n", [rule]);
            }

            foreach (var holder in (string[])["spec:", "spec:\n  template:\n    spec:"])
            {
                var indent = holder == "spec:" ? "  " : "      ";
                var head = holder == "spec:" ? "apiVersion: v1\nkind: Pod\n" : "apiVersion: extensions/v1beta1\nkind: Deployment\n";
                foreach (var field in (string[])["containers", "initContainers", "volumes", "securityContext", "hostNetwork", "restartPolicy", "serviceAccount", "selector", "os"])
                {
                    Judge.Text($"{head}{holder}\n{indent}{field}: {value}\n", [rule]);
                }

                foreach (var field in (string[])["image", "env", "ports", "securityContext", "resources", "livenessProbe", "readinessProbe", "startupProbe", "volumeMounts", "command", "args"])
                {
                    Judge.Text($"{head}{holder}\n{indent}volumes: [{{hostPath: {{}}}}]\n{indent}containers:\n{indent}- {field}: {value}\n", [rule]);
                }

                foreach (var field in (string[])["securityContext: {capabilities: ", "securityContext: {capabilities: {add: ", "resources: {requests: ", "resources: {limits: {cpu: ", "livenessProbe: {httpGet: ", "livenessProbe: {httpGet: {port: "])
                {
                    Judge.Text($"{head}{holder}\n{indent}containers:\n{indent}- {field}{value}{new string('}', field.Count(c => c == '{'))}\n", [rule]);
                }
            }
        }
    }
}
