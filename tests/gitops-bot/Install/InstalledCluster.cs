using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>A cluster in which the printed manifests were applied, the leader has armed the configurations, and everything works.</summary>
internal sealed class InstalledCluster
{
    public static readonly ObjectReference Validating = new(ResourceTypes.ValidatingWebhookConfigurations, null, "selfheal-webhook");
    public static readonly ObjectReference Mutating = new(ResourceTypes.MutatingWebhookConfigurations, null, "selfheal-webhook");
    private static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);

    public InstalledCluster()
    {
        Fake = new(Clock) { Admission = Judge, UserName = "kim" };
        Fake.Serve(EndpointSlices);
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease", "selfheal", "shop"])
        {
            Namespace(name);
        }

        var installation = new Installation { Image = "selfheal-webhook:1", Version = "1" };
        foreach (var each in Chart.Objects(string.Join("---\n", InstalledObjects.Of(installation))).Where(each => each["webhooks"] is not null))
        {
            Fake.Seed(each);
        }

        Change(Validating, Arm);
        Change(Mutating, Arm);
        Fake.Seed(Slice("selfheal-webhook-v4", 3));
        Workload("DaemonSet", "kube-system", "kube-proxy", "registry.example.com/kube-proxy:v1.34.0");
        Workload("Deployment", "kube-system", "coredns", "registry.example.com/coredns/coredns:v1.12.0");
        Workload("Deployment", "shop", "web", "registry.example.com/web:1.0.0");
    }

    public StillClock Clock { get; } = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeCluster Fake { get; }

    /// <summary>What the webhook says to a Deployment; by default what it says in enforce mode.</summary>
    public Func<JsonObject, FakeAdmissionAnswer> Webhook { get; set; } = deployment =>
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["securityContext"]!["privileged"] is null
            ? FakeAdmissionAnswer.Allowed
            : FakeAdmissionAnswer.Deny("admission webhook \"namespaced.validate.selfheal.io\" denied the request: selfheal: pss-privileged: …");

    public JsonObject Configuration(ObjectReference target) => Fake.Peek(target)!;

    public void Change(ObjectReference target, Action<JsonObject> change)
    {
        var changed = Fake.Peek(target)!;
        change(changed);
        Fake.Seed(changed);
    }

    /// <summary>Changes every entry of both configurations that is named so.</summary>
    public void ChangeEntries(string startOfName, Action<JsonObject> change)
    {
        foreach (var target in (ObjectReference[])[Validating, Mutating])
        {
            Change(target, configuration =>
            {
                foreach (var entry in Entries(configuration).Where(entry => entry["name"]!.GetValue<string>().StartsWith(startOfName, StringComparison.Ordinal)))
                {
                    change(entry);
                }
            });
        }
    }

    public static IEnumerable<JsonObject> Entries(JsonObject configuration) => configuration["webhooks"]!.AsArray().Select(entry => entry!.AsObject());

    public void Namespace(string name, params string[] labels)
    {
        var all = new JsonObject { ["kubernetes.io/metadata.name"] = name };
        foreach (var label in labels)
        {
            all[label.Split('=')[0]] = label.Split('=')[1];
        }

        Fake.Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = all } });
    }

    /// <param name="spec">What else its pods have; null for nothing.</param>
    public void Workload(string kind, string @namespace, string name, string image, Action<JsonObject>? spec = null)
    {
        var pod = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = name, ["image"] = image }) };
        spec?.Invoke(pod);
        var labels = new JsonObject { ["app"] = name };
        Fake.Seed(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = labels },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone() }, ["spec"] = pod },
            },
        });
    }

    public void Replicas(int ready)
    {
        var target = new ObjectReference(EndpointSlices, "selfheal", "selfheal-webhook-v4");
        Change(target, slice => slice["endpoints"] = Slice("", ready)["endpoints"]!.DeepClone());
    }

    /// <summary>The same pods once more, by their other addresses.</summary>
    public void DualStack(int ready) => Fake.Seed(Slice("selfheal-webhook-v6", ready));

    public string BundleUntil(DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(Clock.Now.AddYears(-2), notAfter);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()));
    }

    private void Arm(JsonObject configuration)
    {
        var bundle = BundleUntil(Clock.Now.AddDays(365));
        foreach (var entry in Entries(configuration))
        {
            var name = entry["name"]!.GetValue<string>();
            var isNamespaced = name.StartsWith("namespaced.", StringComparison.Ordinal);
            var rules = name.Contains(".validate.", StringComparison.Ordinal) ? Subscription.Validating(Catalogue.All, isNamespaced) : Subscription.Mutating(Catalogue.All, isNamespaced);
            entry["rules"] = new JsonArray([.. rules.Select(rule => (JsonNode)rule.ToValue().ToJson())]);
            entry["clientConfig"]!["caBundle"] = bundle;
        }
    }

    private static JsonObject Slice(string name, int ready) => new()
    {
        ["apiVersion"] = EndpointSlices.ApiVersion,
        ["kind"] = EndpointSlices.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name, ["namespace"] = "selfheal", ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "selfheal-webhook" },
        },
        ["endpoints"] = new JsonArray(
        [
            .. Enumerable.Range(0, 3).Select(index => (JsonNode)new JsonObject
            {
                ["addresses"] = new JsonArray($"10.0.0.{index}"),
                ["conditions"] = new JsonObject { ["ready"] = index < ready },
                ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["name"] = $"selfheal-webhook-{index}", ["uid"] = $"uid-{index}" },
            }),
        ]),
    };

    private FakeAdmissionAnswer Judge(FakeAdmissionRequest request) =>
        request is { Type.Plural: "deployments", Object: { } deployment } ? Webhook(deployment) : FakeAdmissionAnswer.Allowed;
}
