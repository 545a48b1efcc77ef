using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>
/// A rule that looks through the whole set for each object takes minutes where there are thousands. Counted is how many
/// objects the set has been asked to look at, which no machine makes more or less.
/// </summary>
public sealed class SetRuleScaleTests
{
    private const int Count = 3000;

    /// <summary>Hints look at up to 200 objects twice; all that is found wrong may have one.</summary>
    private const int MostLookedAtForOne = 1000;

    public static TheoryData<string> Ids => [.. Catalogue.All.OfType<SetRule>().Select(rule => rule.Info.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Looks_at_few_objects_for_each(string id)
    {
        LooksAtFew(id, _ => "shop");
        LooksAtFew(id, i => $"n{i}");
    }

    private static void LooksAtFew(string id, Func<int, string> namespaceOf)
    {
        var rule = Catalogue.All.OfType<SetRule>().Single(rule => rule.Info.Id == id);
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            // Every third refers to what is not there.
            text.Append(Objects
                .Replace("<i>", $"{i}", StringComparison.Ordinal)
                .Replace("<target>", i % 3 == 0 ? $"{i}x" : $"{i}", StringComparison.Ordinal)
                .Replace("<place>", namespaceOf(i), StringComparison.Ordinal));
        }

        var read = FileReading.Read(new ManifestReader(), new SourceText("all.yaml", Encoding.UTF8.GetBytes(text.ToString())), isNamed: true);
        var set = ObjectSet.Of(read.Objects);
        var judgement = new FileJudge(new RuleSet([rule]), PolicySettings.Default, set).Judge(read);

        Assert.InRange(judgement.Findings.Count, Count / 3, 2 * Count);
        Assert.InRange(set.Looked, Count / 3, (long)Count * MostLookedAtForOne);
    }

    /// <summary>All share one label: what goes by that one alone looks at everything.</summary>
    private const string Objects = """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web-<i>, namespace: <place>}
        spec:
          replicas: 2
          selector: {matchLabels: {part-of: shop, app: web-<i>}}
          template:
            metadata: {labels: {part-of: shop, app: web-<i>}}
            spec:
              serviceAccountName: account-<target>
              containers:
              - name: web
                env: [{name: A, valueFrom: {configMapKeyRef: {name: map-<target>, key: a}}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web-<i>, namespace: <place>, labels: {part-of: shop, app: web-<i>}}
        spec:
          selector: {part-of: shop, app: web-<target>}
          ports: [{port: 80}]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: account-<i>, namespace: <place>}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: map-<i>, namespace: <place>}
        data: {a: b}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web-<i>, namespace: <place>}
        spec: {defaultBackend: {service: {name: web-<target>, port: {number: 80}}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web-<i>, namespace: <place>}
        spec:
          podSelector: {matchLabels: {part-of: shop, app: web-<target>}}
          ingress: [{from: [{podSelector: {matchLabels: {part-of: shop}, matchExpressions: [{key: app, operator: In, values: [web-<target>]}]}}]}]
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web-<i>, namespace: <place>}
        spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-<target>}, minReplicas: 2, maxReplicas: 3}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web-<i>, namespace: <place>}
        spec: {minAvailable: 2, selector: {matchLabels: {part-of: shop, app: web-<i>}}}
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata: {name: web-<i>, namespace: <place>}
        spec: {selector: {matchLabels: {part-of: shop, app: web-<target>}}}
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: PodMonitor
        metadata: {name: web-<i>, namespace: <place>}
        spec: {selector: {matchLabels: {part-of: shop, app: web-<target>}}, namespaceSelector: {matchNames: [<place>]}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: web-<i>, labels: {part-of: shop, app: web-<i>}}
        aggregationRule: {clusterRoleSelectors: [{matchLabels: {part-of: shop, app: web-<i>}}]}
        rules: [{resources: [secrets, pods], verbs: [create, get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: web-<i>}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web-<target>}

        """;
}
