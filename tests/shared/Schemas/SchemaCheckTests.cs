using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Schemas;
using Xunit;

namespace SelfHealGitOps.Tests.Schemas;

public sealed class SchemaCheckTests
{
    [Theory]
    [InlineData("replicas: 3", null)]
    [InlineData("replicas: 3.0", null)]
    [InlineData("replicas: 0x3", null)]
    [InlineData("replicas: null", null)]
    [InlineData("replicas: ${REPLICAS}", null)]
    [InlineData("replicas: 3.5", "'replicas' of DeploymentSpec is a number with a fraction, or too large; must be a whole number")]
    [InlineData("replicas: 99999999999999999999", "'replicas' of DeploymentSpec is a number with a fraction, or too large; must be a whole number")]
    [InlineData("replicas: yes", "'replicas' of DeploymentSpec is true or false; must be a whole number")]
    [InlineData("replicas: [3]", "'replicas' of DeploymentSpec is a list; must be a whole number")]
    [InlineData("paused: yes", null)]
    [InlineData("paused: 1", "'paused' of DeploymentSpec is a number; must be true or false")]
    [InlineData("strategy: {}", null)]
    [InlineData("strategy: []", "'strategy' of DeploymentSpec is a list; must be a map (DeploymentStrategy)")]
    [InlineData("strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}}", null)]
    [InlineData("strategy: {rollingUpdate: {maxSurge: 0.5}}", "'maxSurge' of RollingUpdateDeployment is a number with a fraction, or too large; must be a whole number or text")]
    [InlineData("strategy: {rollingUpdate: {maxSurge: true}}", "'maxSurge' of RollingUpdateDeployment is true or false; must be a whole number or text")]
    [InlineData("Replicas: 3", "DeploymentSpec has no field 'Replicas' in Kubernetes v1.36; is 'replicas' meant?")]
    [InlineData("replica: 3", "DeploymentSpec has no field 'replica' in Kubernetes v1.36; is 'replicas' meant?")]
    [InlineData("relpicas: 3", "DeploymentSpec has no field 'relpicas' in Kubernetes v1.36; is 'replicas' meant?")]
    [InlineData("replicsa: 3", "DeploymentSpec has no field 'replicsa' in Kubernetes v1.36; is 'replicas' meant?")]
    [InlineData("replic: 3", "DeploymentSpec has no field 'replic' in Kubernetes v1.36")]
    public void Judges_a_field(string field, string? wanted)
    {
        var violations = Messages($"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {"{name: web}"}
            spec:
              {field}
              selector: {"{}"}
              template: {"{spec: {containers: []}}"}
            """);
        Assert.Equal(wanted is null ? [] : [wanted], violations);
    }

    [Fact]
    public void Is_sure_of_a_name_only_where_one_field_is_as_close()
    {
        Assert.Equal(
            ["PodSpec has no field 'hostIPD' in Kubernetes v1.36"],
            Messages("apiVersion: v1\nkind: Pod\nspec: {containers: [], hostIPD: true}\n"));
        Assert.Equal(
            ["PodSpec has no field 'hostipc' in Kubernetes v1.36; is 'hostIPC' meant?"],
            Messages("apiVersion: v1\nkind: Pod\nspec: {containers: [], hostipc: true}\n"));
        Assert.Equal(
            ["PodSpec has no field 'hostipc' in Kubernetes v1.36"],
            Messages("apiVersion: v1\nkind: Pod\nspec: {containers: [], hostipc: true, hostIPC: true}\n"));
    }

    [Fact]
    public void A_plain_pod_fits_every_version()
    {
        const string Pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {}}
            spec:
              containers:
                - name: web
                  image: registry.example.com/shop/web:1.2
                  env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]
                  resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
                  securityContext: {capabilities: {drop: [ALL]}, runAsUser: 1000}
              volumes: [{name: data, emptyDir: {sizeLimit: 1Gi}}, {name: host, hostPath: {path: /srv}}]
              tolerations: [{operator: Exists, tolerationSeconds: 30}]
            """;
        Assert.All(SchemaCheck.KnownVersions, minor => Assert.Empty(Messages(Pod, KubernetesVersion.V1(minor))));
    }

    [Fact]
    public void An_item_of_a_typed_list_is_judged_as_the_list_says() => Assert.Equal(
        ["PodSpec has no 'containers'; must be a list of Container"],
        Messages("apiVersion: v1\nkind: PodList\nitems:\n- spec: {}\n"));

    [Fact]
    public void Bears_a_schema_as_deep_as_a_document_may_be()
    {
        var depth = 120;
        var schema = string.Concat(Enumerable.Repeat("{properties: {a: {items: ", depth / 2)) + "{typ: object}" + string.Concat(Enumerable.Repeat("}}}", depth / 2));
        var text = $"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: example.com\n  scope: Cluster\n  names: {{kind: Thing, plural: things}}\n  versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{properties: {{a: {schema}}}}}}}}}]\n";

        // What stands under items may be a schema or a list of them, so the tables take it for anything.
        Assert.Empty(Messages(text));
        Assert.Equal(
            ["JSONSchemaProps has no field 'typ' in Kubernetes v1.36"],
            Messages(text.Replace("items: ", "not: ", StringComparison.Ordinal)));
    }

    /// <summary>All that is found in manifests that others have written and applied. Each was looked at; each is a mistake of theirs.</summary>
    [CorporaTheory("psa")]
    [InlineData("psa", "restricted/fail/restrictedvolumes17.yaml /spec/volumes/0/scaleIO/secretRef")]
    [InlineData("manifests", "artifacthub/nfs-subdir-external-provisioner/nfs-subdir-external-provisioner/007_deployment_release-name-nfs-subdir-external-provisioner.yaml /spec/template/spec/volumes/0/nfs/server")]
    [InlineData(
        "repos",
        "examples/_archived/volumes/fibre_channel/fc.yaml /spec/volumes/0/fc/lun",
        "examples/_archived/volumes/rbd/rbd.yaml /spec/volumes/0/rbd/imagefeatures",
        "examples/_archived/volumes/rbd/rbd.yaml /spec/volumes/0/rbd/imageformat",
        "examples/_archived/volumes/scaleio/pod.yaml /spec/volumes/0/scaleIO/protectionDoamin",
        "examples/_archived/volumes/storageos/storageos-pod.yaml /spec/volumes/0/storageos/pool",
        "examples/_archived/volumes/storageos/storageos-pv.yaml /spec/storageos/secretName")]
    public void Finds_in_real_manifests_what_is_wrong_and_nothing_else(string corpus, params string[] wanted)
    {
        var root = Corpora.PathOf(corpus);
        var judge = new FileJudge(new RuleSet([new SchemaValidation()]), PolicySettings.Default);
        var found =
            from file in Directory.EnumerateFiles(root, "*.y*ml", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(root, file).Replace('\\', '/')
            from finding in judge.Judge(new SourceText(name, File.ReadAllBytes(file)), isNamed: false).Findings
            select $"{name} {finding.Pointer}";
        Assert.Equal(wanted, found.Order(StringComparer.Ordinal));
    }

    private static List<string> Messages(string text) => Messages(text, KubernetesVersion.Latest);

    private static List<string> Messages(string text, KubernetesVersion version)
    {
        var messages = new List<string>();
        foreach (var reading in new ManifestReader().Read(new SourceText("a.yaml", Encoding.UTF8.GetBytes(text)), isNamed: true))
        {
            foreach (var (root, _) in reading.Document.Manifests())
            {
                messages.AddRange(SchemaCheck.Of(root, version).Select(violation => violation.Message));
            }
        }

        return messages;
    }
}
