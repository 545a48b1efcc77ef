using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Commands;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>Each golden is what is printed, after the exit code: <c>Goldens/doctor/CASE.txt</c>.</summary>
public sealed class DoctorCommandTests
{
    private static readonly Dictionary<string, Action<InstalledCluster>> Worlds = new(StringComparer.Ordinal)
    {
        ["healthy"] = _ => { },
        ["api-server-down"] = world => world.Fake.FailUnavailable(when: call => call.Verb == "version"),
        ["configurations-forbidden"] = world => world.Fake.FailForbidden(when: call => call.Type == ResourceTypes.ValidatingWebhookConfigurations),
        ["not-installed"] = world => Delete(world, InstalledCluster.Validating, InstalledCluster.Mutating),
        ["only-mutating"] = world => Delete(world, InstalledCluster.Validating),
        ["namespaces-forbidden"] = world => world.Fake.FailForbidden(when: call => call.Type == ResourceTypes.Namespaces),
        ["workloads-forbidden"] = world => world.Fake.FailForbidden(times: 9, when: call => call.Type?.Group == "apps" && call.Verb == "list"),
        ["no-replica"] = world => world.Replicas(0),
        ["one-replica"] = world => world.Replicas(1),
        ["one-replica-of-two-stacks"] = world =>
        {
            world.Replicas(1);
            world.DualStack(1);
        },
        ["endpoints-forbidden"] = world => world.Fake.FailForbidden(when: call => call.Type?.Plural == "endpointslices"),
        ["by-url"] = world => world.ChangeEntries("", entry =>
        {
            entry["clientConfig"]!.AsObject().Remove("service");
            entry["clientConfig"]!["url"] = "https://127.0.0.1:8443/validate";
        }),
        ["not-armed"] = world => world.ChangeEntries("", entry =>
        {
            entry.Remove("rules");
            entry["clientConfig"]!.AsObject().Remove("caBundle");
        }),
        ["set-aside"] = world => SetAside(world, TimeSpan.FromMinutes(10)),
        ["set-aside-and-over"] = world => SetAside(world, TimeSpan.FromMinutes(-10)),
        ["set-aside-for-a-year"] = world => SetAside(world, TimeSpan.FromDays(365)),
        ["set-aside-and-rules-back"] = world =>
        {
            var rules = world.Configuration(InstalledCluster.Validating)["webhooks"]!.DeepClone();
            SetAside(world, TimeSpan.FromMinutes(10), InstalledCluster.Validating);
            world.Change(InstalledCluster.Validating, configuration =>
            {
                configuration["webhooks"] = rules;
                configuration["metadata"]!["annotations"]!["argocd.argoproj.io/tracking-id"] = "platform:admissionregistration.k8s.io/ValidatingWebhookConfiguration:selfheal/selfheal-webhook";
            });
        },
        ["wildcard-and-heartbeat"] = world => world.ChangeEntries("namespaced.validate", entry => entry["rules"]!.AsArray().Add(JsonNode.Parse(
            """{"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*", "pods/*", "leases", "nodes/status", "pods"], "scope": "Namespaced"}"""))),
        ["covers-its-own-namespace"] = world => world.ChangeEntries("namespaced.validate", entry => entry["namespaceSelector"] = new JsonObject()),
        ["slow"] = world => world.ChangeEntries("namespaced.validate", entry => entry["timeoutSeconds"] = 30),
        ["slow-by-default"] = world => world.ChangeEntries("namespaced.validate", entry => entry.Remove("timeoutSeconds")),
        ["mutating-fails"] = world => world.ChangeEntries("namespaced.mutate", entry => entry["failurePolicy"] = "Fail"),
        ["cluster-scoped-fails"] = world => world.ChangeEntries("cluster.validate", entry => entry["failurePolicy"] = "Fail"),
        ["validating-ignores"] = world => world.ChangeEntries("namespaced.validate", entry => entry["failurePolicy"] = "Ignore"),
        ["no-dry-runs"] = world => world.ChangeEntries("namespaced.validate", entry => entry["sideEffects"] = "Some"),
        ["no-authority"] = world => world.ChangeEntries("namespaced.validate", entry => entry["clientConfig"]!.AsObject().Remove("caBundle")),
        ["authority-no-base64"] = world => world.ChangeEntries("namespaced.validate", entry => entry["clientConfig"]!["caBundle"] = "%%%"),
        ["authority-no-certificate"] = world => world.ChangeEntries("namespaced.validate", entry => entry["clientConfig"]!["caBundle"] = "AAAA"),
        ["authority-expired"] = world => Authority(world, TimeSpan.FromDays(-1)),
        ["authority-expires-soon"] = world => Authority(world, TimeSpan.FromDays(3)),
        ["vital-namespaces"] = Vital,
        ["vital-namespaces-excluded"] = world =>
        {
            Vital(world);
            world.ChangeEntries("namespaced.", entry => Values(entry, "calico-system", "dns", "rook-ceph", "longhorn-system", "cni"));
        },
        ["vital-and-set-aside"] = world =>
        {
            Vital(world);
            SetAside(world, TimeSpan.FromMinutes(10));
        },
        ["nothing-covered"] = world => world.ChangeEntries("namespaced.", entry => entry["namespaceSelector"] = JsonNode.Parse("""{"matchLabels": {"judged": "yes"}}""")),
        ["default-excluded"] = world => world.ChangeEntries("namespaced.", entry => Values(entry, "default", "kube-public")),
        ["webhook-warns"] = world => world.Webhook = deployment =>
            IsPrivileged(deployment) ? new() { Warnings = ["selfheal: pss-privileged would be denied: …"] } : FakeAdmissionAnswer.Allowed,
        ["webhook-observes"] = world => world.Webhook = _ => FakeAdmissionAnswer.Allowed,
        ["webhook-refuses-all"] = world => world.Webhook = _ => FakeAdmissionAnswer.Deny("admission webhook \"namespaced.validate.selfheal.io\" denied the request: selfheal: no-node-affinity: …"),
        ["another-webhook-refuses"] = world => world.Webhook = _ => FakeAdmissionAnswer.Deny("admission webhook \"policy.example.com\" denied the request: no"),
        ["another-webhook-refuses-the-good"] = world => world.Webhook = deployment =>
            IsPrivileged(deployment) ? FakeAdmissionAnswer.Deny("selfheal: pss-privileged: …") : FakeAdmissionAnswer.Deny("admission webhook \"policy.example.com\" denied the request: no"),
        ["webhook-untrusted"] = world => Unreachable(world, "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
        ["webhook-slow"] = world => Unreachable(world, "context deadline exceeded"),
        ["webhook-without-endpoints"] = world => Unreachable(world, "no endpoints available for service \"selfheal-webhook\""),
        ["webhook-fails-open"] = world => world.Fake.Fail(
            new ClusterReply.Refused(new(500, "InternalError", "Internal error occurred: failed calling webhook \"namespaced.validate.selfheal.io\": connection refused", [])),
            when: call => call.IsDryRun),
        ["dry-run-forbidden"] = world => world.Fake.FailForbidden(when: call => call.IsDryRun),
        ["dry-run-unavailable"] = world => world.Fake.FailUnavailable(when: call => call.IsDryRun),
    };

    public static TheoryData<string> Cases => [.. Worlds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Says(string name)
    {
        var world = new InstalledCluster();
        Worlds[name](world);
        Golden.Matches(Path.Combine(Goldens, $"{name}.txt"), await RunAsync(world));
        Assert.Empty(world.Fake.Writes.Except(Prepared(world)));
    }

    /// <summary>A check that nobody can make fail is none; each golden shows another text.</summary>
    [Fact]
    public void Every_golden_has_its_case() =>
        Assert.Equal(
            Worlds.Keys.Append("json").Append("named-namespace").Append("unknown-namespace").Order(StringComparer.Ordinal),
            Directory.GetFiles(Goldens).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("named-namespace", "shop")]
    [InlineData("unknown-namespace", "nowhere")]
    public async Task Sends_its_dry_runs_where_it_is_told(string name, string @namespace)
    {
        var world = new InstalledCluster();
        Golden.Matches(Path.Combine(Goldens, $"{name}.txt"), await RunAsync(world, @namespace));
        Assert.All(world.Fake.Calls.Where(call => call.IsDryRun), call => Assert.Equal(@namespace, call.Namespace));
    }

    [Fact]
    public async Task Writes_JSON()
    {
        var world = new InstalledCluster();
        world.Replicas(1);
        Golden.Matches(Path.Combine(Goldens, "json.txt"), await RunAsync(world, asJson: true));
    }

    [Fact]
    public async Task Sends_two_dry_runs_and_stores_nothing()
    {
        var world = new InstalledCluster();
        await RunAsync(world);
        Assert.Empty(world.Fake.Writes);
        var sent = world.Fake.Calls.Where(call => call.IsWrite).ToList();
        Assert.Equal(["create deployments.apps default/ (dry run)", "create deployments.apps default/ (dry run)"], sent.Select(call => call.ToString()));
        var listed = Assert.IsType<ListReply.Listed>(await world.Fake.ListAllAsync(ResourceTypes.Deployments, "default", new(), default));
        Assert.Empty(listed.Items);
    }

    /// <summary>What is sent is judged here by the engine itself: the webhook has to refuse the one and to admit the other.</summary>
    [Theory]
    [InlineData("default")]
    [InlineData("pss-baseline")]
    [InlineData("pss-restricted")]
    [InlineData("kube-linter")]
    public async Task The_one_probe_has_to_be_refused_and_the_other_admitted(string profile)
    {
        var world = new InstalledCluster();
        await RunAsync(world);
        var sent = world.Fake.Calls.Where(call => call.IsDryRun).Select(call => call.Body!).ToList();
        var (bad, good) = (Scan(sent[0], profile), Scan(sent[1], profile));
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal((0, 0), (good.ExitCode, good.Findings.Count));
    }

    private static string Goldens { get; } = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Install", "Goldens", "doctor");

    private static Outcome Scan(JsonNode deployment, string profile)
    {
        using var folder = new TempFolder();
        var named = deployment.DeepClone();
        named["metadata"]!["name"] = "probe";
        return SelfHeal.Run(folder.Root, named.ToJsonString(), ["scan", "-", "-o", "json", "--profile", profile, "--fail-on", "warning"]);
    }

    private static async Task<string> RunAsync(InstalledCluster world, string? @namespace = null, bool asJson = false)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var exit = await DoctorCommand.RunAsync(world.Fake, @namespace, asJson, world.Clock, output, Ansi.None, default);
        return new StringBuilder($"exit {exit}\n").Append(output).ToString();
    }

    /// <summary>What a case itself has done to its cluster.</summary>
    private static IEnumerable<ClusterCall> Prepared(InstalledCluster world) => world.Fake.Writes.TakeWhile(call => call.Verb == "delete");

    private static void Delete(InstalledCluster world, params ObjectReference[] targets)
    {
        foreach (var target in targets)
        {
            var done = world.Fake.DeleteAsync(target, DeleteOptions.Default, default);
            Assert.True(done.IsCompletedSuccessfully);
        }
    }

    private static void SetAside(InstalledCluster world, TimeSpan left, params ObjectReference[] targets)
    {
        foreach (var target in targets.Length > 0 ? targets : [InstalledCluster.Validating, InstalledCluster.Mutating])
        {
            world.Change(target, configuration => new Breakglass(world.Clock.Now + left, "kim", "the mesh is down").Open(configuration));
        }
    }

    private static void Authority(InstalledCluster world, TimeSpan left)
    {
        var bundle = world.BundleUntil(world.Clock.Now + left);
        world.ChangeEntries("namespaced.validate", entry => entry["clientConfig"]!["caBundle"] = bundle);
    }

    private static void Unreachable(InstalledCluster world, string reason) => world.Fake.Fail(
        new ClusterReply.Unavailable($"500 InternalError: Internal error occurred: failed calling webhook \"namespaced.validate.selfheal.io\": failed to call webhook: {reason}"),
        when: call => call.IsDryRun);

    private static void Values(JsonObject entry, params string[] more)
    {
        var values = entry["namespaceSelector"]!["matchExpressions"]![0]!["values"]!.AsArray();
        foreach (var name in more)
        {
            values.Add(name);
        }
    }

    private static void Vital(InstalledCluster world)
    {
        foreach (var name in (string[])["calico-system", "cni", "dns", "longhorn-system", "rook-ceph"])
        {
            world.Namespace(name);
        }

        world.Workload("DaemonSet", "calico-system", "calico-node", "registry.example.com/calico/node:v3.30.0", HostPath("/etc/cni/net.d"));
        world.Workload("DaemonSet", "cni", "plugin", "registry.example.com/our/plugin:1.0.0", HostPath("/opt/cni/bin"));
        world.Workload("Deployment", "dns", "resolver", "registry.example.com/coredns/coredns:v1.12.0");
        world.Workload("DaemonSet", "longhorn-system", "longhorn-csi-plugin", "registry.example.com/longhorn/manager:v1.9.0", HostPath("/var/lib/kubelet/plugins/driver.longhorn.io"));
        world.Workload("DaemonSet", "rook-ceph", "csi-rbdplugin", "registry.example.com/ceph/csi:v3.14.0");
        world.Workload("StatefulSet", "rook-ceph", "csi-provisioner", "registry.example.com/csi/provisioner:v5.0.0");

        // Reads the node's modules, like much else: it is one like any other.
        world.Workload("DaemonSet", "shop", "node-exporter", "registry.example.com/node-exporter:v1.9.0", HostPath("/proc"));
    }

    private static Action<JsonObject> HostPath(string path) => pod =>
        pod["volumes"] = new JsonArray(new JsonObject { ["name"] = "host", ["hostPath"] = new JsonObject { ["path"] = path } });

    private static bool IsPrivileged(JsonObject deployment) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["securityContext"]!["privileged"] is not null;
}
