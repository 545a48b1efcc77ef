using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>Changes in places that nobody thinks of first, each in an object of the kind where it does harm.</summary>
public sealed class SafeFieldsTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          replicas: 3
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              runtimeClassName: gvisor
              containers:
                - name: web
                  image: registry.example.com/shop/web
                  imagePullPolcy: Always
                  env:
                    - name: A
                      value: 1
                    - name: TOKEN
                      value: 12345
                - name: token-refresher
                  image: registry.example.com/shop/side:latest

        """;

    private const string ServiceAccount = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: shop\n";

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: shop
          annotations:
            service.beta.kubernetes.io/aws-load-balancer-internal: "true"
            x: y
        spec:
          type: LoadBalancer
          selector: {app: web}
          ports: [{port: 80}]

        """;

    private const string Ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: web
          namespace: shop
          annotations:
            nginx.ingress.kubernetes.io/auth-url: https://sso
            x: y
        spec:
          defaultBackend:
            service:
              name: web
              port: {number: 80}

        """;

    private const string Webhook = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata:
          name: p
        webhooks:
          - name: a.example.com
            failurePolicy: Fail
            sideEffects: None
            admissionReviewVersions: [v1]
            clientConfig:
              url: https://a.example.com/

        """;

    private const string AdmissionPolicy = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata:
          name: p
        spec:
          failurePolicy: Fail
          validations:
            - expression: "!object.spec.hostNetwork"

        """;

    private const string Knative = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: web
          namespace: shop
        spec:
          template:
            metadata:
              annotations:
                autoscaling.knative.dev/min-scale: "3"
            spec:
              containers:
                - name: web
                  image: registry.example.com/shop/web:1

        """;

    private const string Release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  values:\n    a: b\n";

    private const string Database = "apiVersion: example.com/v1\nkind: Db\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  a: b\n";

    private const string ConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: shop\ndata:\n  app.yaml: |\n    user: a\n";

    private static readonly string Digest = "sha256:" + new string('e', 64);

    private static readonly (string Name, string Assertion, string Before, Edit[] Edits)[] Bad =
    [
        ("a literal beside names that repeat", "secrets", Deployment.Replace("TOKEN", "A", StringComparison.Ordinal), [Variable("DB_PASSWORD", "hunter2hunter2")]),
        ("a literal for PASS", "secrets", Deployment, [Variable("DB_PASS", "hunter2hunter2")]),
        ("a literal for PWD", "secrets", Deployment, [Variable("MYSQL_PWD", "hunter2hunter2")]),
        ("a literal for PASSPHRASE", "secrets", Deployment, [Variable("GPG_PASSPHRASE", "hunter2hunter2")]),
        ("a literal behind a reference", "secrets", Deployment, [Variable("DB_PASSWORD", "$(X)hunter2")]),
        ("a literal as a default", "secrets", Deployment, [Variable("DB_PASSWORD", "${X:-hunter2}")]),
        ("a literal secret", "secrets", Database, [new Edit.Set(At("spec", "secret"), "hunter2hunter2")]),
        ("a literal in a text", "secrets", ConfigMap, [new Edit.Set(At("data", "app.yaml"), "user: a\npassword: hunter2hunter2\n")]),
        ("a variable of the loader", "fields", Deployment, [Variable("LD_PRELOAD", "/tmp/x.so")]),
        ("variables from elsewhere", "fields", Deployment, [new Edit.Set(Web("envFrom"), List(Map(("configMapRef", Map(("name", "other"))))))]),
        ("no sandbox", "fields", Deployment, [new Edit.Remove(PodOf("runtimeClassName"))]),
        ("a node", "fields", Deployment, [new Edit.Set(PodOf("nodeName"), "cp-1")]),
        ("every taint tolerated", "fields", Deployment, [new Edit.Set(PodOf("tolerations"), List(Map(("operator", "Exists"))))]),
        ("the highest class", "fields", Deployment, [new Edit.Set(PodOf("priorityClassName"), "system-node-critical")]),
        ("other addresses", "fields", Deployment, [new Edit.Set(PodOf("hostAliases"), List(Map(("ip", "6.6.6.6"), ("hostnames", List("db.shop.svc")))))]),
        ("another name server", "fields", Deployment, [new Edit.Set(PodOf("dnsConfig"), Map(("nameservers", List("6.6.6.6"))))]),
        ("a device", "fields", Deployment, [new Edit.Set(PodOf("resourceClaims"), List(Map(("name", "x"), ("resourceClaimTemplateName", "admin"))))]),
        ("a device of a container", "fields", Deployment, [new Edit.Set(Web("resources", "claims"), List(Map(("name", "x"))))]),
        ("a domain account", "fields", Deployment, [new Edit.Set(PodOf("securityContext", "windowsOptions", "gmsaCredentialSpecName"), "admin")]),
        ("a probe of another host", "fields", Deployment, [new Edit.Set(Web("livenessProbe"), Map(("httpGet", Map(("host", "169.254.169.254"), ("path", "/"), ("port", 80)))))]),
        ("a role by annotation", "fields", Deployment, [new Edit.Set(At("spec", "template", "metadata", "annotations", "iam.amazonaws.com/role"), "admin")]),
        ("no time to end", "fields", Deployment, [new Edit.Set(PodOf("terminationGracePeriodSeconds"), 0)]),
        ("a role of an account", "fields", ServiceAccount, [new Edit.Set(At("metadata", "annotations", "eks.amazonaws.com/role-arn"), "arn:aws:iam::1:role/admin")]),
        ("a public load balancer", "fields", Service, [new Edit.Remove(At("metadata", "annotations", "service.beta.kubernetes.io/aws-load-balancer-internal"))]),
        ("no login", "fields", Ingress, [new Edit.Remove(At("metadata", "annotations", "nginx.ingress.kubernetes.io/auth-url"))]),
        ("another backend", "fields", Ingress, [new Edit.Set(At("spec", "defaultBackend", "service", "name"), "admin")]),
        ("another webhook", "fields", Webhook, [new Edit.Set(At("webhooks", "[a.example.com]", "clientConfig", "url"), "https://evil.example.com/")]),
        ("a policy that holds always", "fields", AdmissionPolicy, [new Edit.Set(At("spec", "validations"), List(Map(("expression", "true"))))]),
        ("a scale of none", "fields", Knative, [new Edit.Set(At("spec", "template", "metadata", "annotations", "autoscaling.knative.dev/max-scale"), "0")]),
        ("a path of the node in values", "privileges", Release, [new Edit.Set(At("spec", "values", "extraVolumes"), List(Map(("name", "root"), ("hostPath", Map(("path", "/"))))))]),
        ("arguments in values", "fields", Database, [new Edit.Set(At("spec", "extraArgs"), "--insecure")]),
        ("an old tag without a word", "images", Deployment, [new Edit.Set(Web("image"), "registry.example.com/shop/web:0.0.1")]),
        ("an invented digest", "images", Deployment, [new Edit.Set(Web("image"), "registry.example.com/shop/web@" + Digest)]),
        ("an old tag with an invented digest", "images", Deployment, [new Edit.Set(Side("image"), "registry.example.com/shop/side:0.0.1@" + Digest)]),
    ];

    public static TheoryData<string> Names => [.. Bad.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_caught(string name)
    {
        var (_, assertion, before, edits) = Bad.Single(each => each.Name == name);

        Assert.Contains(assertion, await BrokenAsync(Proposals.Edited(before, edits), before));
    }

    public static TheoryData<string> Harmless => ["a typed value", "a secret's type", "a misspelt field", "memory", "an owner's annotation", "an owner's class", "dns options", "latest written out"];

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task What_fixes_do_is_let_through(string name)
    {
        Edit[] edits = name switch
        {
            "a typed value" => [new Edit.Set(Web("env", "[A]", "value"), "1")],
            "a secret's type" => [new Edit.Set(Web("env", "[TOKEN]", "value"), "12345")],
            "a misspelt field" => [new Edit.Remove(Web("imagePullPolcy")), new Edit.Set(Web("imagePullPolicy"), "Always")],
            "memory" => [new Edit.Set(Side("resources", "limits", "memory"), "1Gi")],
            "an owner's annotation" => [new Edit.Set(At("metadata", "annotations", "email"), "shop@example.com")],
            "an owner's class" => [new Edit.Set(PodOf("priorityClassName"), "system-cluster-critical")],
            "dns options" => [new Edit.Set(PodOf("dnsConfig", "options"), List(Map(("name", "ndots"), ("value", "2"))))],
            _ => [new Edit.Set(Web("image"), "registry.example.com/shop/web:latest")],
        };
        var settings = PolicySettings.Default with
        {
            Defaults = new() { PriorityClassName = "system-cluster-critical", Annotations = new Dictionary<string, string> { ["email"] = "shop@example.com" } },
        };

        Assert.Empty(await BrokenAsync(Proposals.Edited(Deployment, edits), Deployment, settings));
    }

    [Theory]
    [InlineData(nameof(Proposer.Registry), "0.0.1@", "tag 0.0.1 stands for the same digest", true)]
    [InlineData(nameof(Proposer.Registry), "0.0.1@", "tag 0.0.10 stands for the same digest", false)]
    [InlineData(nameof(Proposer.Registry), "0.0.1", "tag 0.0.1 stands for the same digest", false)]
    [InlineData(nameof(Proposer.History), "0.0.1", "the image was registry.example.com/shop/side:0.0.1 on 2026-07-01", true)]
    [InlineData(nameof(Proposer.Rule), "0.0.1@", "tag 0.0.1 stands for the same digest", false)]
    [InlineData(nameof(Proposer.Model), "0.0.1@", "tag 0.0.1 stands for the same digest", false)]
    public async Task An_image_is_pinned_only_as_somebody_is_quoted(string by, string tag, string evidence, bool isKept)
    {
        var hasDigest = tag.EndsWith('@');
        var proposal = Proposals.Edited(Deployment, new Edit.Set(Side("image"), "registry.example.com/shop/side:" + tag + (hasDigest ? Digest : "")));
        List<Evidence> quoted = [new("somebody", evidence)];
        if (hasDigest)
        {
            quoted.Add(new("somebody", $"registry.example.com/shop/side:latest is {Digest}, as registry.example.com answered"));
        }

        var broken = await BrokenAsync(proposal with { Fixes = [.. proposal.Fixes.Select(fix => fix with { By = Enum.Parse<Proposer>(by), Evidence = quoted })] }, Deployment);

        Assert.Equal(isKept ? [] : ["images"], broken);
    }

    [Fact]
    public void Every_fix_of_the_rules_fixtures_keeps_to_the_lists()
    {
        var broken = new List<string>();
        var goldens = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests", "shared", "Rules"), "fixed.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var golden in goldens)
        {
            var folder = Path.GetDirectoryName(golden)!;
            var owner = Path.Combine(folder, "settings.txt") is var path && File.Exists(path) ? File.ReadAllLines(path) : [];
            var settings = PolicySettings.Default with
            {
                Defaults = new()
                {
                    PriorityClassName = owner.FirstOrDefault(line => line.StartsWith("priority-class-name: ", StringComparison.Ordinal))?.Split(' ')[1],
                    Annotations = new Dictionary<string, string> { ["email"] = "shop@example.com" },
                },
            };
            var edits = new Proposal.Edits(new("repository", "main", "bad.yaml"), new string('a', 40), File.ReadAllBytes(Path.Combine(folder, "bad.yaml")), File.ReadAllBytes(golden), []);
            var candidate = new Candidate(edits, new Surroundings(Proposals.Rules, settings, ObjectSet.Of([]), Proposals.Now));
            broken.AddRange(candidate.Objects.Select(pair => SafeFields.Broken(new(candidate, pair))).OfType<string>().Select(why => $"{Path.GetRelativePath(Checkout.Root, folder)}: {why}"));
        }

        Assert.True(goldens.Count > 50);
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    private static async Task<IReadOnlyList<string>> BrokenAsync(Proposal.Edits proposal, string before, PolicySettings? settings = null)
    {
        var results = Proposals.Results(await Proposals.VerifyAsync(proposal, Proposals.Around(before, settings: settings)));
        return [.. results.Single(result => result.Gate == Gates.Safety).Details.Split('\n').Where(line => line.StartsWith("broken", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].TrimEnd(':'))];
    }

    private static FieldPath At(params string[] keys) => keys.Aggregate(FieldPath.Root, (path, key) =>
        key.StartsWith('[') ? path.Append(new PathStep.Element("name", key[1..^1])) : path.Key(key));

    private static FieldPath PodOf(params string[] keys) => At(["spec", "template", "spec", .. keys]);

    private static FieldPath Web(params string[] keys) => PodOf(["containers", "[web]", .. keys]);

    private static FieldPath Side(params string[] keys) => PodOf(["containers", "[token-refresher]", .. keys]);

    private static Edit.Append Variable(string name, string value) => new(Web("env"), Map(("name", name), ("value", value)));

    private static Value.Map Map(params (string Key, Value Value)[] entries) => new([.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);

    private static Value.List List(params Value[] elements) => new([.. elements]);
}
