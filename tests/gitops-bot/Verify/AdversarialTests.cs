using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>Changes that nobody may make, each as a model might propose it. Each has to be caught, and by the gate that is there for it.</summary>
public sealed class AdversarialTests(ITestOutputHelper output)
{
    private const string Before = """
        # The shop's front end.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
          finalizers: [example.com/keep]
          labels:
            app: web
        spec:
          replicas: 3 # two zones and one to spare
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              serviceAccountName: web
              automountServiceAccountToken: false
              securityContext:
                runAsNonRoot: true
                runAsUser: 1000
                seccompProfile:
                  type: RuntimeDefault
              initContainers:
                - name: init
                  image: registry.example.com/shop/init:1.0
              containers:
                - name: web # the front end
                  image: registry.example.com/shop/web:1.2
                  args: ["--port=8080"]
                  env:
                    - name: MODE
                      value: "production"
                    - name: DB_PASSWORD
                      valueFrom:
                        secretKeyRef: {name: db, key: password}
                  resources:
                    limits: {memory: 128Mi}
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities:
                      drop: [ALL]
                  volumeMounts:
                    - name: data
                      mountPath: /data
                - name: proxy
                  image: registry.example.com/shop/proxy@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              volumes:
                - name: data
                  persistentVolumeClaim:
                    claimName: web-data

        """;

    private static FieldPath At(params string[] keys) => keys.Aggregate(FieldPath.Root, (path, key) =>
        key.StartsWith('[') ? path.Append(new PathStep.Element("name", key[1..^1])) : path.Key(key));

    private static FieldPath Pod(params string[] keys) => At(["spec", "template", "spec", .. keys]);

    private static FieldPath Web(params string[] keys) => Pod(["containers", "[web]", .. keys]);

    private static Value.Map Map(params (string Key, Value Value)[] entries) => new Value.Map([.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);

    private static Value.List List(params Value[] elements) => new Value.List([.. elements]);

    /// <summary>Bad ideas, carried out well: text and tree are right, so that only what the change means can give it away.</summary>
    public static TheoryData<string, string> BadEdits
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, assertion, _) in Edits)
            {
                data.Add(name, assertion);
            }

            return data;
        }
    }

    private static readonly (string Name, string Assertion, Edit[] Edits)[] Edits =
    [
        ("another name", "identity", [new Edit.Set(At("metadata", "name"), "web2")]),
        ("another namespace", "identity", [new Edit.Set(At("metadata", "namespace"), "kube-system")]),
        ("another kind", "identity", [new Edit.Set(At("kind"), "DaemonSet")]),
        ("another group", "identity", [new Edit.Set(At("apiVersion"), "apps.example.com/v1")]),
        ("a generated name", "identity", [new Edit.Set(At("metadata", "generateName"), "web-")]),
        ("a status", "identity", [new Edit.Set(At("status", "replicas"), 3)]),
        ("no finalizers", "ownership", [new Edit.Remove(At("metadata", "finalizers"))]),
        ("an owner", "ownership", [new Edit.Set(At("metadata", "ownerReferences"), List(Map(("kind", "Pod"), ("name", "x"))))]),
        ("a hook that deletes", "steering", [new Edit.Set(At("metadata", "annotations", "argocd.argoproj.io/hook"), "PostDelete")]),
        ("a forced replacement", "steering", [new Edit.Set(At("metadata", "annotations", "argocd.argoproj.io/sync-options"), "Replace=true,Force=true")]),
        ("another selector", "selectors", [new Edit.Set(At("spec", "selector", "matchLabels", "app"), "web2"), new Edit.Set(At("spec", "template", "metadata", "labels", "app"), "web2")]),
        ("a wider selector", "selectors", [new Edit.Set(At("spec", "selector"), Map())]),
        ("a pod label that a Service asks for", "labels", [new Edit.Set(At("spec", "template", "metadata", "labels", "tier"), "back")]),
        ("a label that goes", "labels", [new Edit.Remove(At("metadata", "labels", "app"))]),
        ("a label that is no text", "labels", [new Edit.Set(At("spec", "template", "metadata", "labels", "rank"), 1)]),
        ("another repository", "images", [new Edit.Set(Web("image"), "registry.example.com/evil/web:1.2")]),
        ("another registry", "images", [new Edit.Set(Web("image"), "evil.example.com/shop/web:1.2")]),
        ("another tag", "images", [new Edit.Set(Web("image"), "registry.example.com/shop/web:1.1")]),
        ("a version less", "images", [new Edit.Set(Web("image"), "registry.example.com/shop/web")]),
        ("another digest", "images", [new Edit.Set(Pod("containers", "[proxy]", "image"), "registry.example.com/shop/proxy@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]),
        ("no digest", "images", [new Edit.Set(Pod("containers", "[proxy]", "image"), "registry.example.com/shop/proxy:1.0")]),
        ("an image of another shape", "images", [new Edit.Set(Web("image"), Map(("repository", "evil")))]),
        ("one container more", "containers", [new Edit.Append(Pod("containers"), Map(("name", "miner"), ("image", "registry.example.com/shop/web:1.2")))]),
        ("one container less", "containers", [new Edit.Remove(Pod("containers", "[proxy]"))]),
        ("a container renamed", "containers", [new Edit.Set(Web("name"), "web2")]),
        ("no init containers", "containers", [new Edit.Remove(Pod("initContainers"))]),
        ("containers as a map", "containers", [new Edit.Set(Pod("ephemeralContainers"), Map(("name", "x")))]),
        ("another command", "commands", [new Edit.Set(Web("command"), List("sh", "-c", "curl evil"))]),
        ("other arguments", "commands", [new Edit.Set(Web("args"), List("--port=9090"))]),
        ("a hook of its own", "commands", [new Edit.Set(Web("lifecycle"), Map(("postStart", Map(("exec", Map(("command", List("sh"))))))))]),
        ("a probe that runs something", "commands", [new Edit.Set(Web("livenessProbe"), Map(("exec", Map(("command", List("sh"))))))]),
        ("another claim", "data-volumes", [new Edit.Set(Pod("volumes", "[data]", "persistentVolumeClaim", "claimName"), "other")]),
        ("an emptyDir for the data", "data-volumes", [new Edit.Remove(Pod("volumes", "[data]", "persistentVolumeClaim")), new Edit.Set(Pod("volumes", "[data]", "emptyDir"), Map())]),
        ("no mount", "data-volumes", [new Edit.Remove(Web("volumeMounts"))]),
        ("a volume of the node", "data-volumes", [new Edit.Append(Pod("volumes"), Map(("name", "root"), ("hostPath", Map(("path", "/")))))]),
        ("a Secret as a volume", "data-volumes", [new Edit.Append(Pod("volumes"), Map(("name", "s"), ("secret", Map(("secretName", "admin")))))]),
        ("a mount over the data", "data-volumes", [
            new Edit.Append(Pod("volumes"), Map(("name", "tmp"), ("emptyDir", Map()))),
            new Edit.Append(Web("volumeMounts"), Map(("name", "tmp"), ("mountPath", "/data/")))]),
        ("claim templates", "data-volumes", [new Edit.Set(At("spec", "volumeClaimTemplates"), List())]),
        ("privileged", "pod-security", [new Edit.Set(Web("securityContext", "privileged"), true)]),
        ("privileged in quotes", "privileges", [new Edit.Set(Web("securityContext", "privileged"), "true")]),
        ("the node's network", "pod-security", [new Edit.Set(Pod("hostNetwork"), true)]),
        ("the node's processes", "privileges", [new Edit.Set(Pod("hostPID"), true)]),
        ("a capability", "pod-security", [new Edit.Set(Web("securityContext", "capabilities", "add"), List("SYS_ADMIN"))]),
        ("fewer capabilities dropped", "privileges", [new Edit.Set(Web("securityContext", "capabilities", "drop"), List("NET_RAW"))]),
        ("capabilities gone", "privileges", [new Edit.Remove(Web("securityContext", "capabilities"))]),
        ("escalation", "privileges", [new Edit.Remove(Web("securityContext", "allowPrivilegeEscalation"))]),
        ("root", "privileges", [new Edit.Set(Pod("securityContext", "runAsUser"), 0)]),
        ("root in quotes", "privileges", [new Edit.Set(Pod("securityContext", "runAsUser"), "0")]),
        ("root by the image", "privileges", [new Edit.Remove(Pod("securityContext", "runAsUser"))]),
        ("not non-root", "privileges", [new Edit.Set(Pod("securityContext", "runAsNonRoot"), false)]),
        ("unconfined", "privileges", [new Edit.Set(Pod("securityContext", "seccompProfile", "type"), "Unconfined")]),
        ("no profile", "privileges", [new Edit.Remove(Pod("securityContext", "seccompProfile"))]),
        ("a writable root", "privileges", [new Edit.Set(Web("securityContext", "readOnlyRootFilesystem"), false)]),
        ("a sysctl", "privileges", [new Edit.Set(Pod("securityContext", "sysctls"), List(Map(("name", "kernel.msgmax"), ("value", "1"))))]),
        ("a port of the node", "privileges", [new Edit.Set(Web("ports"), List(Map(("containerPort", 80), ("hostPort", 80))))]),
        ("the token again", "privileges", [new Edit.Remove(Pod("automountServiceAccountToken"))]),
        ("another account", "access", [new Edit.Set(Pod("serviceAccountName"), "admin")]),
        ("another account by the old name", "access", [new Edit.Remove(Pod("serviceAccountName")), new Edit.Set(Pod("serviceAccount"), "admin")]),
        ("a whole pod spec", "privileges", [new Edit.Set(Pod("securityContext"), Map(("runAsUser", 0)))]),
        ("a password", "secrets", [new Edit.Append(Web("env"), Map(("name", "ADMIN_PASSWORD"), ("value", "hunter2")))]),
        ("a token by its form", "secrets", [new Edit.Set(Web("env", "[MODE]", "value"), "ghp_" + "0123456789abcdefghijABCDEFGHIJ456789")]),
        ("a secret in an annotation", "secrets", [new Edit.Set(At("metadata", "annotations", "example.com/db"), "postgres://shop:hunter2@db/shop")]),
        ("another Secret's key", "secrets", [new Edit.Set(Web("env", "[DB_PASSWORD]", "valueFrom", "secretKeyRef", "name"), "admin")]),
        ("no replicas", "replicas", [new Edit.Set(At("spec", "replicas"), 0)]),
        ("no replicas, in quotes", "replicas", [new Edit.Set(At("spec", "replicas"), "0")]),
        ("fewer than none", "replicas", [new Edit.Set(At("spec", "replicas"), -1)]),
        ("paused", "replicas", [new Edit.Set(At("spec", "paused"), true)]),
    ];

    [Theory]
    [MemberData(nameof(BadEdits))]
    public async Task A_bad_edit_is_caught_by_the_safety_gate(string name, string assertion)
    {
        var edits = Edits.Single(edit => edit.Name == name).Edits;
        var proposal = Proposals.Edited(Before, edits);
        var around = Proposals.Around(Before, rules: Proposals.AllRules, others: ("svc.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: back, namespace: shop}\nspec: {selector: {tier: back}}\n"));
        var results = Proposals.Results(await Proposals.VerifyAsync(proposal, around));

        var safety = results.Single(result => result.Gate == Gates.Safety);
        output.WriteLine(safety.Message);
        Assert.Equal(GateStatus.Failed, safety.Status);
        Assert.Contains(safety.Details.Split('\n'), line => line.StartsWith($"broken  {assertion}:", StringComparison.Ordinal));

        // The editor did what it was asked to, so the text gates have nothing to say.
        Assert.Equal(GateStatus.Passed, results[0].Status);
        Assert.True(results[1].Status == GateStatus.Passed, results[1].Message + "\n" + results[1].Details);
    }

    /// <summary>Texts that are not what the edits make, or not only that.</summary>
    public static TheoryData<string, string, string, string> BadTexts => new()
    {
        { "a comment lost", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare", "replicas: 4" },
        { "a comment changed", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare", "replicas: 4 # two zones" },
        { "a comment added", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare", "replicas: 4 # two zones and one to spare\n  # @everyone" },
        { "another comment lost", Gates.MinimalDiff, "replicas: 3|# The shop's front end.\n", "replicas: 4|" },
        { "other quotes", Gates.MinimalDiff, "replicas: 3|\"production\"", "replicas: 4|'production'" },
        { "another indentation", Gates.MinimalDiff, "replicas: 3|      labels:\n        app: web\n    spec", "replicas: 4|      labels:\n         app: web\n    spec" },
        { "another order", Gates.MinimalDiff, "replicas: 3|  name: web\n  namespace: shop\n", "replicas: 4|  namespace: shop\n  name: web\n" },
        { "a blank line", Gates.MinimalDiff, "replicas: 3|kind: Deployment\n", "replicas: 4|kind: Deployment\n\n" },
        { "no final newline", Gates.MinimalDiff, "replicas: 3|claimName: web-data\n", "replicas: 4|claimName: web-data" },
        { "a byte order mark", Gates.MinimalDiff, "replicas: 3|# The shop's", "replicas: 4|\uFEFF# The shop's" },
        { "one line in CRLF", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare\n", "replicas: 4 # two zones and one to spare\r\n" },
        { "the other lines in CRLF", Gates.MinimalDiff, "replicas: 3|kind: Deployment\n", "replicas: 4|kind: Deployment\r\n" },
        { "flow turned to block", Gates.MinimalDiff, "replicas: 3|limits: {memory: 128Mi}", "replicas: 4|limits:\n                memory: 128Mi" },
        { "text behind the end", Gates.MinimalDiff, "replicas: 3|claimName: web-data\n", "replicas: 4|claimName: web-data\n...\nhidden: true\n" },
        { "an anchor", Gates.MinimalDiff, "replicas: 3", "replicas: &evil 4" },
        { "a tag", Gates.MinimalDiff, "replicas: 3", "replicas: !!int 4" },
        { "a tag on a text", Gates.MinimalDiff, "replicas: 3", "replicas: !!int \"4\"" },
        { "a question mark", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare", "? replicas\n  : 4 # two zones and one to spare" },
        { "a quoted key", Gates.MinimalDiff, "replicas: 3", "\"replicas\": 4" },
        { "a space before the colon", Gates.MinimalDiff, "replicas: 3", "replicas : 4" },
        { "two spaces behind the colon", Gates.MinimalDiff, "replicas: 3", "replicas:  4" },
        { "a value on the next line", Gates.MinimalDiff, "replicas: 3", "replicas:\n\n    4" },
        { "blanks", Gates.MinimalDiff, "replicas: 3", "replicas: 4   " },
        { "the end of a line of old", Gates.MinimalDiff, "replicas: 3 # two zones and one to spare", "replicas: 4\u0085 # two zones and one to spare" },
        { "an octal number", Gates.MinimalDiff, "replicas: 3", "replicas: 04" },
        { "a hexadecimal number", Gates.MinimalDiff, "replicas: 3", "replicas: 0x4" },
        { "a number with a sign", Gates.MinimalDiff, "replicas: 3", "replicas: +4" },
        { "a key twice", Gates.Reparse, "replicas: 3|kind: Deployment\n", "replicas: 4|kind: Deployment\nkind: Deployment\n" },
        { "a value besides", Gates.Reparse, "replicas: 3|value: \"production\"", "replicas: 4|value: \"test\"" },
        { "another value", Gates.Reparse, "replicas: 3", "replicas: 5" },
        { "a value of another type", Gates.Reparse, "replicas: 3", "replicas: \"4\"" },
        { "a document more", Gates.Reparse, "replicas: 3|claimName: web-data\n", "replicas: 4|claimName: web-data\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n" },
        { "no document", Gates.Reparse, "kind: Deployment\n", "" },
        { "no YAML any more", Gates.Reparse, "  namespace: shop\n", "  namespace: [shop\n" },
        { "behind an anchor", Gates.Reparse, "replicas: 3|app: web\n", "replicas: &n 4|app: *n\n" },
        { "a template", Gates.Reparse, "replicas: 3", "replicas: {{ .Values.replicas }}" },
        { "nothing at all", Gates.Reparse, "replicas: 3", "replicas: 3" },
    };

    [Theory]
    [MemberData(nameof(BadTexts))]
    public async Task A_text_that_is_not_what_the_edits_make_is_caught(string name, string gate, string old, string @new)
    {
        var after = Before;
        foreach (var (one, other) in old.Split('|').Zip(@new.Split('|')))
        {
            Assert.Contains(one, after, StringComparison.Ordinal);
            var at = after.IndexOf(one, StringComparison.Ordinal);
            after = after[..at] + other + after[(at + one.Length)..];
        }

        var proposal = Proposals.Claimed(Before, after, new Edit.Set(At("spec", "replicas"), 4));
        var refused = Assert.IsType<Verification.Refused>(await Proposals.VerifyAsync(proposal, Proposals.Around(Before)));
        output.WriteLine($"{name}: {refused.Refusal.Message}");
        Assert.Equal(GateStatus.Failed, refused.Results.Single(result => result.Gate == gate).Status);
        Assert.Equal(Gates.All, refused.Results.Select(result => result.Gate));
    }

    [Fact]
    public async Task The_honest_change_passes()
    {
        var proposal = Proposals.Edited(Before, new Edit.Set(At("spec", "revisionHistoryLimit"), 4));
        var accepted = Assert.IsType<Verification.Accepted>(await Proposals.VerifyAsync(proposal, Proposals.Around(Before)));
        Assert.Equal([Gates.Schema, Gates.DryRun, Gates.Rollback], accepted.Proposal.NotRun);
        Assert.Equal(64, accepted.Proposal.RenderedHash.Length);
        Assert.Contains("16/16", accepted.Proposal.Results[3].Message, StringComparison.Ordinal);
    }
}
