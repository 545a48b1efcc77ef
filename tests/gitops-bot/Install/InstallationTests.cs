using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>What an installation promises, looked for in the objects that are printed; the chart makes the same.</summary>
public sealed class InstallationTests
{
    public static TheoryData<string> Cases => [.. InstallCase.All.Select(each => each.Name)];

    public static TheoryData<string> Mounted => ["files", "ca-bundle", "client-ca-secret"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Prints_what_the_golden_says(string name) =>
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Install", "Goldens", $"{name}.yaml"), InstallCase.Of(name).Print());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Our_own_rules_find_nothing_in_it(string name)
    {
        using var folder = new TempFolder().Write("install.yaml", InstallCase.Of(name).Print());
        foreach (var profile in (string[])["default", "pss-restricted", "kube-linter"])
        {
            var outcome = SelfHeal.Run(folder.Root, "scan", ".", "--no-config", "--profile", profile, "--fail-on", "info");
            Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_object_fits_the_schema_of_Kubernetes(string name)
    {
        using var folder = new TempFolder().Write("install.yaml", InstallCase.Of(name).Print());
        var outcome = SelfHeal.Run(folder.Root, "scan", ".", "--no-config", "--rules", "schema-validation,api-version-deprecated,api-version-removed,wildcard-in-rules,non-isolated-pod,dangling-service,mismatching-selector,non-existent-service-account", "--fail-on", "info");
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_own_namespace_and_those_of_the_cluster_are_never_asked_about(string name)
    {
        foreach (var entry in Entries(Objects(name)).Where(entry => Text(entry["name"]).StartsWith("namespaced.", StringComparison.Ordinal)))
        {
            var expression = Assert.Single(entry["namespaceSelector"]!["matchExpressions"]!.AsArray())!;
            Assert.Equal(("kubernetes.io/metadata.name", "NotIn"), (Text(expression["key"]), Text(expression["operator"])));
            var excluded = Texts(expression["values"]);
            Assert.Equal(["selfheal", "kube-system", "kube-node-lease"], excluded[..3]);
            Assert.Equal(name == "excluded" ? ["storage", "123"] : [], excluded[3..]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_dead_webhook_closes_namespaced_kinds_alone(string name)
    {
        var policies = Entries(Objects(name)).ToDictionary(entry => Text(entry["name"]), entry => Text(entry["failurePolicy"]));
        Assert.Equal("Fail", policies["namespaced.validate.selfheal.io"]);
        Assert.Equal("Ignore", policies["cluster.validate.selfheal.io"]);
        Assert.Equal("Ignore", policies["namespaced.mutate.selfheal.io"]);
        Assert.Equal("Ignore", policies["cluster.mutate.selfheal.io"]);
        Assert.Equal(4, policies.Count);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_entry_is_quick_and_without_side_effects_on_a_dry_run(string name) => Assert.All(Entries(Objects(name)), entry =>
    {
        Assert.Equal("3", entry["timeoutSeconds"]!.ToJsonString());
        Assert.Equal("NoneOnDryRun", Text(entry["sideEffects"]));
        Assert.Equal("Equivalent", Text(entry["matchPolicy"]));
        Assert.Equal("""["v1"]""", entry["admissionReviewVersions"]!.ToJsonString());
        var mutates = Text(entry["name"]).Contains(".mutate.", StringComparison.Ordinal);
        Assert.Equal(mutates ? "IfNeeded" : null, entry["reinvocationPolicy"]?.GetValue<string>());
        Assert.Equal(mutates ? "/mutate" : "/validate", Text(entry["clientConfig"]!["service"]!["path"]));
    });

    [Theory]
    [InlineData("default")]
    [InlineData("monitoring")]
    public void An_entry_whose_certificates_the_webhook_manages_has_no_rules(string name) => Assert.All(Entries(Objects(name)), entry =>
    {
        // Not even an empty list: the next apply would put that in place of the leader's.
        Assert.False(entry.ContainsKey("rules"));
        Assert.False(entry["clientConfig"]!.AsObject().ContainsKey("caBundle"));
    });

    [Theory]
    [MemberData(nameof(Mounted))]
    public void An_entry_of_mounted_certificates_has_the_rules_of_the_catalogue(string name)
    {
        foreach (var entry in Entries(Objects(name)))
        {
            var isNamespaced = Text(entry["name"]).StartsWith("namespaced.", StringComparison.Ordinal);
            var wanted = Text(entry["name"]).Contains(".validate.", StringComparison.Ordinal) ? Subscription.Validating(Catalogue.All, isNamespaced) : Subscription.Mutating(Catalogue.All, isNamespaced);
            Assert.True(JsonNode.DeepEquals(new JsonArray([.. wanted.Select(rule => (JsonNode)rule.ToValue().ToJson())]), entry["rules"]));
            Assert.All(entry["rules"]!.AsArray(), rule => Assert.Equal(isNamespaced ? "Namespaced" : "Cluster", Text(rule!["scope"])));
        }
    }

    [Theory]
    [MemberData(nameof(Mounted))]
    public void Never_asks_about_leases_events_endpoints_nodes_or_reviews_nor_by_a_wildcard(string name)
    {
        foreach (var rule in Entries(Objects(name)).SelectMany(entry => entry["rules"]!.AsArray()))
        {
            var named = ((string[])["apiGroups", "apiVersions", "operations", "resources", "scope"]).SelectMany(key => rule![key] is JsonArray list ? Texts(list) : [Text(rule[key])]).ToList();
            Assert.DoesNotContain(named, text => text.Contains('*', StringComparison.Ordinal));
            Assert.Empty(named.Intersect(["leases", "events", "endpoints", "endpointslices", "nodes", "tokenreviews", "subjectaccessreviews", "selfsubjectaccessreviews", "localsubjectaccessreviews", "secrets", "configmaps"]));
            Assert.Contains(string.Join(' ', Texts(rule!["operations"])), (string[])["CREATE UPDATE", "CREATE"]);
        }
    }

    [Fact]
    public void The_authority_of_mounted_certificates_is_given_or_injected()
    {
        Assert.All(Entries(Objects("ca-bundle")), entry => Assert.StartsWith("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t", Text(entry["clientConfig"]!["caBundle"]), StringComparison.Ordinal));
        Assert.All(Objects("files").Where(each => each["webhooks"] is not null), each => Assert.Equal("selfheal/webhook", Text(each["metadata"]!["annotations"]!["cert-manager.io/inject-ca-from"])));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Grants_no_wildcard(string name) => Assert.All(Granted(Objects(name)), rule =>
        Assert.DoesNotContain(((string[])["apiGroups", "resources", "verbs"]).SelectMany(key => Texts(rule[key])), text => text.Contains('*', StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lists_and_watches_no_Secrets_and_reads_one(string name)
    {
        var objects = Objects(name);
        Assert.All(Granted(objects.Where(each => Text(each["kind"]) == "ClusterRole")), rule => Assert.DoesNotContain("secrets", Texts(rule["resources"])));
        foreach (var rule in Granted(objects).Where(rule => Texts(rule["resources"]).Contains("secrets")))
        {
            var verbs = Texts(rule["verbs"]);
            if (verbs is not ["create"])
            {
                Assert.Equal(["get", "patch", "update"], verbs);
                Assert.Equal(["selfheal-webhook-tls"], Texts(rule["resourceNames"]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Writes_nothing_that_it_does_not_name_but_creations_in_its_namespace(string name)
    {
        foreach (var each in Objects(name).Where(each => Text(each["kind"]) is "ClusterRole" or "Role"))
        {
            foreach (var rule in Granted([each]).Where(rule => rule["resourceNames"] is null))
            {
                Assert.Empty(Texts(rule["verbs"]).Except(Text(each["kind"]) == "Role" ? ["create"] : ["get", "list", "watch"]));
            }
        }
    }

    /// <summary>To end a break-glass, and nothing else: no Secret.</summary>
    [Theory]
    [MemberData(nameof(Mounted))]
    public void Mounted_certificates_need_the_configurations_and_a_lease_alone(string name)
    {
        var written = Granted(Objects(name)).Where(rule => Texts(rule["verbs"]).Except(["get", "list", "watch"]).Any());
        Assert.Equal(
            ["leases", "leases", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
            written.SelectMany(rule => Texts(rule["resources"])).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Granted(Objects(name)), rule => Texts(rule["resources"]).Contains("secrets"));
    }

    [Fact]
    public void Client_authorities_are_mounted_and_named()
    {
        foreach (var name in (string[])["client-ca", "client-ca-secret"])
        {
            Assert.Contains("--client-ca /etc/selfheal-client-ca/ca.crt", string.Join(' ', Texts(Container(name)["args"])), StringComparison.Ordinal);
            Assert.Contains(Container(name)["volumeMounts"]!.AsArray(), mount => Text(mount!["mountPath"]) == "/etc/selfheal-client-ca" && Text(mount["name"]) == "client-ca");
        }

        Assert.Equal("api-server-ca", Text(Volume("client-ca")["configMap"]!["name"]));
        Assert.Equal("api-server-ca", Text(Volume("client-ca-secret")["secret"]!["secretName"]));
        JsonNode Volume(string name) => One(name, "Deployment")["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Single(volume => Text(volume!["name"]) == "client-ca")!;
    }

    [Fact]
    public void The_namespace_is_held_to_the_restricted_standard() =>
        Assert.Equal("restricted", Text(One("default", "Namespace")["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]));

    [Fact]
    public void Three_replicas_are_spread_over_zones_and_nodes_and_leave_one_at_a_time()
    {
        var deployment = One("default", "Deployment")["spec"]!;
        Assert.Equal("3", deployment["replicas"]!.ToJsonString());
        Assert.Equal(
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
            deployment["template"]!["spec"]!["topologySpreadConstraints"]!.AsArray().Select(each => Text(each!["topologyKey"])));
        Assert.Equal("1", One("default", "PodDisruptionBudget")["spec"]!["maxUnavailable"]!.ToJsonString());
        Assert.Equal("0", deployment["strategy"]!["rollingUpdate"]!["maxUnavailable"]!.ToJsonString());
    }

    [Fact]
    public void There_is_no_CPU_limit()
    {
        var resources = Container("default")["resources"]!;
        Assert.Null(resources["limits"]!["cpu"]);
        Assert.NotNull(resources["limits"]!["memory"]);
        Assert.NotNull(resources["requests"]!["cpu"]);
        Assert.NotNull(resources["requests"]!["memory"]);
    }

    [Fact]
    public void The_root_is_read_only_and_tmp_is_not()
    {
        var container = Container("default");
        Assert.Equal("true", container["securityContext"]!["readOnlyRootFilesystem"]!.ToJsonString());
        Assert.Contains(container["volumeMounts"]!.AsArray(), mount => Text(mount!["mountPath"]) == "/tmp" && mount["readOnly"] is null);
    }

    [Fact]
    public void Is_probed_over_HTTPS_and_needs_no_shell()
    {
        var container = Container("default");
        Assert.Equal(("/readyz", "HTTPS"), (Text(container["readinessProbe"]!["httpGet"]!["path"]), Text(container["readinessProbe"]!["httpGet"]!["scheme"])));
        Assert.Equal(("/healthz", "HTTPS"), (Text(container["livenessProbe"]!["httpGet"]!["path"]), Text(container["livenessProbe"]!["httpGet"]!["scheme"])));
        Assert.Null(container["lifecycle"]);
        Assert.Null(container["command"]);
    }

    [Fact]
    public void The_command_line_is_the_webhooks()
    {
        Assert.Equal(
            "--listen 0.0.0.0:8443 --metrics-listen 0.0.0.0:9090 --policy /etc/selfheal/.selfheal.yaml --in-cluster --self-managed --service selfheal-webhook --secret selfheal-webhook-tls --namespace selfheal --lease selfheal-webhook --validating-configuration selfheal-webhook --mutating-configuration selfheal-webhook",
            string.Join(' ', Texts(Container("default")["args"])));
        Assert.Equal(
            "--listen 0.0.0.0:8443 --metrics-listen 0.0.0.0:9090 --policy /etc/selfheal/.selfheal.yaml --in-cluster --tls-cert /etc/selfheal-tls/tls.crt --tls-key /etc/selfheal-tls/tls.key --namespace selfheal --lease selfheal-webhook --validating-configuration selfheal-webhook --mutating-configuration selfheal-webhook",
            string.Join(' ', Texts(Container("files")["args"])));
    }

    [Fact]
    public void The_network_policy_lets_in_the_two_ports_and_out_the_API_and_DNS()
    {
        var spec = One("default", "NetworkPolicy")["spec"]!;
        Assert.Equal(["Ingress", "Egress"], Texts(spec["policyTypes"]));
        Assert.Equal([8443, 9090], Ports(spec["ingress"]!));
        Assert.Equal([443, 6443, 53, 53], Ports(spec["egress"]!));
    }

    [Fact]
    public void The_restricted_defaults_are_off_unless_chosen()
    {
        Assert.DoesNotContain("correct", PolicyOf("default"), StringComparison.Ordinal);
        Assert.Equal(RestrictedDefaults.Rules, Texts(Yaml.Read(PolicyOf("restricted-defaults"))["admission"]!["correct"]));
    }

    /// <summary>Each rule of the preset judges one object, and has a fix for review; what is Safe needs no naming.</summary>
    [Fact]
    public void The_restricted_defaults_complete_a_bare_pod()
    {
        using var folder = new TempFolder()
            .Write(".selfheal.yaml", RestrictedDefaults.Defaults)
            .Write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  securityContext:\n    runAsUser: 10001\n  containers:\n    - name: web\n      image: registry.example.com/web:1.2\n");
        Assert.All(RestrictedDefaults.Rules, id => Assert.IsAssignableFrom<ObjectRule>(Catalogue.All.Single(rule => rule.Info.Id == id)));
        var before = SelfHeal.Run(folder.Root, "scan", ".", "-o", "json", "--rules", string.Join(',', RestrictedDefaults.Rules));
        Assert.Equal(
            RestrictedDefaults.Rules.Order(StringComparer.Ordinal),
            before.Findings.Select(finding => Text(finding["rule"])).Order(StringComparer.Ordinal));
        SelfHeal.Run(folder.Root, "scan", ".", "--fix", "--unsafe", "--rules", string.Join(',', RestrictedDefaults.Rules));
        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", ".", "--profile", "pss-restricted", "--fail-on", "info").ExitCode);
    }

    [Theory]
    [InlineData("--replicas is 0", "--replicas", "0")]
    [InlineData("--profile is 'strict'", "--profile", "strict")]
    [InlineData("--mode is 'deny'", "--mode", "deny")]
    [InlineData("--namespace is 'Self Heal'", "--namespace", "Self Heal")]
    [InlineData("--exclude-namespace is '*'", "--exclude-namespace", "*")]
    [InlineData("--tls-secret goes with one of", "--tls-secret", "ours")]
    [InlineData("go with --tls-secret", "--inject-ca-from", "a/b")]
    [InlineData("must be NAMESPACE/NAME", "--tls-secret", "ours", "--inject-ca-from", "a b")]
    [InlineData("are two sources of authorities: give one", "--client-ca-configmap", "a", "--client-ca-secret", "b")]
    [InlineData("does not go with --policy", "--policy", "p.yaml", "--mode", "warn")]
    public void Refuses_what_makes_no_sense(string message, params string[] arguments)
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), ["manifests", .. arguments]);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_a_namespace_that_looks_like_a_number() =>
        Assert.Contains(Chart.Objects(InstallCase.Of("default").Print("123")), each => Text(each["kind"]) == "Namespace" && Text(each["metadata"]!["name"]) == "123");

    private static List<JsonObject> Objects(string name) => [.. Chart.Objects(InstallCase.Of(name).Print())];

    private static JsonObject One(string name, string kind) => Objects(name).Single(each => Text(each["kind"]) == kind);

    private static JsonNode Container(string name) => One(name, "Deployment")["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single()!;

    private static string PolicyOf(string name) => Text(One(name, "ConfigMap")["data"]![".selfheal.yaml"]);

    private static IEnumerable<JsonObject> Entries(IEnumerable<JsonObject> objects) =>
        objects.Where(each => each["webhooks"] is not null).SelectMany(each => each["webhooks"]!.AsArray()).Select(entry => entry!.AsObject());

    private static IEnumerable<JsonObject> Granted(IEnumerable<JsonObject> objects) =>
        objects.Where(each => Text(each["kind"]) is "ClusterRole" or "Role").SelectMany(each => each["rules"]!.AsArray()).Select(rule => rule!.AsObject());

    private static int[] Ports(JsonNode rules) =>
        [.. rules.AsArray().SelectMany(rule => rule!["ports"]!.AsArray()).Select(port => int.Parse(port!["port"]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture))];

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static string[] Texts(JsonNode? node) => node is JsonArray list ? [.. list.Select(Text)] : [];
}
