using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Export;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Bot.Tests.Export;

/// <summary>What a real API server makes of exported policies, against what our rules say of the same object.</summary>
public sealed class VapClusterTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [ClusterTheory]
    [InlineData("all", "latest")]
    [InlineData("pss-restricted", "latest")]
    [InlineData("pss-restricted", "v1.24")]
    [InlineData("pss-restricted", "v1.33")]
    [InlineData("pss-baseline", "v1.20")]
    public async Task Finds_what_the_rules_find(string profile, string version)
    {
        using var cluster = TestCluster.Connect();
        try
        {
            var (rules, settings) = Standard(profile, version);
            var export = VapExport.Of(rules, settings, VapAction.Warn, Now);
            var (free, judged) = (await cluster.MakeNamespace("free"), await cluster.MakeNamespace("judged", cluster.Run));
            await ExportedPolicies.Install(cluster, export, isTerse: true);
            await ComeIntoForce(cluster, judged, rules, export, settings);
            var (differences, exercised) = (new List<string>(), new HashSet<string>());
            var (seen, refused, violating) = (0, 0, 0);
            foreach (var (source, each) in SampleObjects.All)
            {
                var stored = await cluster.Create(SampleObjects.PathOf(each, free)!, SampleObjects.In(each, free, null), isDryRun: true);
                if (!stored.IsDone)
                {
                    // The API server does not take it, policies or none.
                    refused++;
                    continue;
                }

                var wanted = Judge(rules, export, settings, stored.Body);
                var answer = await cluster.Create(SampleObjects.PathOf(each, judged)!, SampleObjects.In(each, judged, cluster.Run), isDryRun: true);
                var found = answer.IsDone ? ExportedPolicies.RulesIn(cluster, answer) : [answer.Message];
                (seen, violating) = (seen + 1, violating + (wanted.Count > 0 ? 1 : 0));
                exercised.UnionWith(wanted);
                if (!wanted.SequenceEqual(found))
                {
                    differences.Add($"{source} {each["kind"]} {each["metadata"]?["name"]}\n  ours:   {string.Join(' ', wanted)}\n  theirs: {string.Join(' ', found)}");
                }
            }

            output.WriteLine($"{profile} {version}: {export.Covered.Count} rules, {seen} objects, {violating} with findings, {refused} refused by the API server itself, {differences.Count} differences");
            Assert.True(differences.Count == 0, string.Join('\n', differences));
            Assert.True(violating > 50, $"only {violating} objects with findings");

            // A rule that nothing violates would agree whatever its expression says.
            // Two have to go without: use-namespace is about the namespace default, which the test leaves alone; and from 1.35
            // on the API server refuses by itself what is left of pss-proc-mount, which is violated at the earlier versions here.
            var idle = export.Covered.Except(exercised).Except(["use-namespace", "pss-proc-mount"]).ToList();
            Assert.True(version != "v1.33" || exercised.Contains("pss-proc-mount"), "no object violates pss-proc-mount");
            Assert.True(profile != "all" || idle.Count == 0, $"no object violates {string.Join(", ", idle)}");
        }
        finally
        {
            await cluster.TakeAway();
        }
    }

    [ClusterFact]
    public async Task Says_which_containers_violate_what()
    {
        using var cluster = TestCluster.Connect();
        try
        {
            var (rules, settings) = Standard("pss-restricted", "latest");
            var export = VapExport.Of(rules, settings, VapAction.Deny, Now);
            var (free, judged) = (await cluster.MakeNamespace("free"), await cluster.MakeNamespace("judged", cluster.Run));
            await ExportedPolicies.Install(cluster, export, isTerse: false);
            var privileged = Pod("privileged", """{"privileged": true}""");
            var path = SampleObjects.PathOf(privileged, judged)!;
            await TestCluster.Until("a denial", async () => !(await cluster.Create(path, SampleObjects.In(privileged, judged, null), isDryRun: true)).IsDone);
            var messages = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var (source, each) in SampleObjects.All)
            {
                var stored = await cluster.Create(SampleObjects.PathOf(each, free)!, SampleObjects.In(each, free, null), isDryRun: true);
                if (!stored.IsDone)
                {
                    continue;
                }

                var wanted = Judge(rules, export, settings, stored.Body);
                var answer = await cluster.Create(SampleObjects.PathOf(each, judged)!, SampleObjects.In(each, judged, cluster.Run), isDryRun: true);
                Assert.True(answer.IsDone == (wanted.Count == 0), $"{source}: {string.Join(' ', wanted)}\n{answer.Message}");
                if (!answer.IsDone)
                {
                    Assert.Equal(403, answer.Status);
                    var message = answer.Message[(answer.Message.IndexOf("request: ", StringComparison.Ordinal) + 9)..];
                    Assert.Contains(wanted, id => message.StartsWith($"{id}: ", StringComparison.Ordinal));
                    messages.Add(message);
                }
            }

            // What stands in for a message expression that has failed.
            Assert.DoesNotContain(messages, message => message.Contains(": containers ", StringComparison.Ordinal));
            Assert.Contains(messages, message => message.StartsWith("pss-allow-privilege-escalation: container ", StringComparison.Ordinal));
        }
        finally
        {
            await cluster.TakeAway();
        }
    }

    [ClusterFact]
    public async Task Lets_updates_pass_that_change_nothing_judged()
    {
        using var cluster = TestCluster.Connect();
        try
        {
            var (rules, settings) = Standard("pss-restricted", "latest");
            var judged = await cluster.MakeNamespace("judged");
            var workload = Deployment("web", """{"privileged": true}""", replicas: 0);
            workload["metadata"]!["finalizers"] = new JsonArray("example.com/wait");
            var pod = Pod("web", "{}");
            Assert.True((await cluster.Create(SampleObjects.PathOf(workload, judged)!, workload)).IsDone);
            Assert.True((await cluster.Create(SampleObjects.PathOf(pod, judged)!, pod)).IsDone);
            await ExportedPolicies.Install(cluster, VapExport.Of(rules, settings, VapAction.Deny, Now), isTerse: false);
            Assert.True((await cluster.Patch($"/api/v1/namespaces/{judged}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = TestCluster.Labels(cluster.Run) } }, isDryRun: false)).IsDone);

            var (deployment, live) = ($"{SampleObjects.PathOf(workload, judged)}/web", $"{SampleObjects.PathOf(pod, judged)}/web");
            var image = Json("""{"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "registry.example.com/c:2", "securityContext": {"privileged": true}}]}}}}""");
            await TestCluster.Until("a denial of another image", async () => (await cluster.Patch(deployment, image)).Status == 403);
            await TestCluster.Until("a denial of another image of a pod", async () => (await cluster.Patch(live, Json("""{"spec": {"containers": [{"name": "c", "image": "registry.example.com/c:2"}]}}"""))).Status == 403);
            foreach (var harmless in (string[])["""{"metadata": {"labels": {"a": "b"}}}""", """{"metadata": {"finalizers": null}}""", """{"spec": {"replicas": 3}}""", """{"spec": {"paused": true}}"""])
            {
                var answer = await cluster.Patch(deployment, Json(harmless));
                Assert.True(answer.IsDone, $"{harmless}: {answer.Message}");
            }

            Assert.True((await cluster.Patch(live, Json("""{"metadata": {"labels": {"a": "b"}, "finalizers": ["example.com/wait"]}}"""))).IsDone);

            // By an annotation alone a pod can get rid of AppArmor, where the field does not say otherwise.
            var annotated = await cluster.Patch(live, Json("""{"metadata": {"annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}}}"""));
            Assert.False(annotated.IsDone, annotated.Message);

            // A debugging container comes in by a way of its own.
            var debugged = (await cluster.Get(live)).Body;
            debugged["spec"]!["ephemeralContainers"] = new JsonArray(Json("""{"name": "debug", "image": "registry.example.com/c:1", "securityContext": {"privileged": true}}"""));
            var ephemeral = await cluster.Replace($"{live}/ephemeralcontainers", debugged);
            Assert.True(ephemeral.Status == 403, ephemeral.Message);
            Assert.Contains("debug", ephemeral.Message, StringComparison.Ordinal);

            // On its way out, nothing of it is judged any more.
            Assert.True((await cluster.Delete(deployment)).IsDone);
            var leaving = await cluster.Patch(deployment, image);
            Assert.True(leaving.IsDone, leaving.Message);
            Assert.True((await cluster.Patch(deployment, Json("""{"metadata": {"finalizers": null}}"""), isDryRun: false)).IsDone);
        }
        finally
        {
            await cluster.Patch($"/apis/apps/v1/namespaces/{cluster.Run}-judged/deployments/web", Json("""{"metadata": {"finalizers": null}}"""), isDryRun: false);
            await cluster.TakeAway();
        }
    }

    [ClusterFact]
    public async Task Exempts_exact_names_and_what_their_controllers_make()
    {
        using var cluster = TestCluster.Connect();
        try
        {
            var judged = await cluster.MakeNamespace("judged", cluster.Run);
            var until = Now.AddDays(7).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            string Entry(string kind, string name, string expires, string rest = "") =>
                $"  - {{rule: pss-privileged, object: {{kind: {kind}, namespace: {judged}, name: {name}}}, owner: o, reason: a test, expires: {expires}{rest}}}\n";
            var policy = "exemptions:\n" + Entry("Deployment", "web", until) + Entry("Pod", "agent", until) + Entry("CronJob", "nightly", until)
                + Entry("Pod", "one", until, ", container: c") + Entry("Pod", "over", "2020-01-02");
            var (rules, settings) = Standard("pss-baseline", "latest", policy);

            // One of the entries had not expired when the policies were exported; the others must not be too far ahead then.
            var export = VapExport.Of(rules, settings, VapAction.Deny, Now);
            var earlier = VapExport.Of(rules, Standard("pss-baseline", "latest", "exemptions:\n" + Entry("Pod", "over", "2020-01-02")).Settings, VapAction.Deny, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
            Assert.Contains(export.Exemptions, line => line.Contains("/over: left out, as it expired", StringComparison.Ordinal));
            await ExportedPolicies.Install(cluster, export, isTerse: false);
            const string Privileged = """{"privileged": true}""";
            await TestCluster.Until("a denial", async () => (await Try(Pod("web", Privileged))).Status == 403);

            foreach (var allowed in (JsonObject[])[Pod("agent", Privileged), Pod("one", Privileged), Deployment("web", Privileged, 0)])
            {
                Assert.True((await Try(allowed)).IsDone, allowed.ToString());
            }

            // Another name, another kind, another container, a generated name, another rule, a claim to belong to somebody exempt.
            var generated = Pod("agent", Privileged);
            generated["metadata"] = Json("""{"generateName": "agent"}""");
            var two = Pod("one", Privileged);
            two["spec"]!["containers"]!.AsArray().Add(Json("""{"name": "d", "image": "registry.example.com/c:1", "securityContext": {"privileged": true}}"""));
            var hostNetwork = Pod("agent", Privileged);
            hostNetwork["spec"]!["hostNetwork"] = true;
            var claiming = Pod("web-1-x", Privileged);
            claiming["metadata"]!["labels"] = Json("""{"pod-template-hash": "1"}""");
            claiming["metadata"]!["ownerReferences"] = new JsonArray(Json("""{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "1", "controller": true}"""));
            foreach (var denied in (JsonObject[])[Pod("agent2", Privileged), Deployment("agent", Privileged, 0), two, generated, hostNetwork, claiming, Pod("over", Privileged)])
            {
                Assert.True((await Try(denied)).Status == 403, denied.ToString());
            }

            // Through the controllers, down to the pods.
            Assert.True((await Create(Deployment("web", Privileged, 1))).IsDone);
            var nightly = Json("""
                {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template":
                {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "registry.example.com/c:1", "securityContext": {"privileged": true}}]}}}}}}
                """);
            Assert.True((await Try(nightly)).IsDone);
            await TestCluster.Until("a pod of the Deployment", async () => (await cluster.Get($"/api/v1/namespaces/{judged}/pods")).Body["items"]!.AsArray()
                .Any(pod => pod!["metadata"]!["name"]!.GetValue<string>().StartsWith("web-", StringComparison.Ordinal)));

            // Of what is made after the expiry, nothing is let in.
            await cluster.TakeAway();
            judged = await cluster.MakeNamespace("later", cluster.Run);
            var text = VapYaml.TextOf(earlier, "", []);
            Assert.Contains("timestamp('2020-01-03T00:00:00Z')", text, StringComparison.Ordinal);
            Assert.Contains(earlier.Exemptions, line => line.Contains("kept for objects made until it expires", StringComparison.Ordinal));
            settings = Standard("pss-baseline", "latest", "exemptions:\n" + Entry("Pod", "over", "2020-01-02")).Settings;
            earlier = VapExport.Of(rules, settings, VapAction.Deny, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
            await ExportedPolicies.Install(cluster, earlier, isTerse: false);
            await TestCluster.Until("a denial after the expiry", async () => (await Try(Pod("over", Privileged))).Status == 403);

            Task<ClusterAnswer> Try(JsonObject each) => cluster.Create(SampleObjects.PathOf(each, judged)!, each.DeepClone(), isDryRun: true);
            Task<ClusterAnswer> Create(JsonObject each) => cluster.Create(SampleObjects.PathOf(each, judged)!, each.DeepClone());
        }
        finally
        {
            await cluster.TakeAway();
        }
    }

    /// <summary>An expression that costs more than the API server allows would deny an object without fault.</summary>
    [ClusterFact]
    public async Task Judges_objects_as_large_as_the_server_takes()
    {
        using var cluster = TestCluster.Connect();
        try
        {
            var (rules, settings) = Standard("all", "latest");
            var judged = await cluster.MakeNamespace("judged", cluster.Run);
            var export = VapExport.Of(rules, settings, VapAction.Warn, Now);
            await ExportedPolicies.Install(cluster, export, isTerse: true);
            await ComeIntoForce(cluster, judged, rules, export, settings);
            foreach (var large in (JsonObject[])[ManyContainers(2000), ManyVariables(20_000), ManyMounts(60, 60, 60)])
            {
                var answer = await cluster.Create(SampleObjects.PathOf(large, judged)!, large, isDryRun: true);
                Assert.True(answer.IsDone, answer.Message);
                var found = ExportedPolicies.RulesIn(cluster, answer);
                output.WriteLine($"{large.ToJsonString().Length} characters: {string.Join(' ', found)}");
                Assert.Equal(Judge(rules, export, settings, answer.Body), found);
            }
        }
        finally
        {
            await cluster.TakeAway();
        }
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static JsonObject Pod(string name, string context) => Json(
        $$$"""
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{{name}}}"},
        "spec": {"containers": [{"name": "c", "image": "registry.example.com/c:1", "securityContext": {{{context}}}}]}}
        """);

    private static JsonObject Deployment(string name, string context, int replicas) => Json(
        $$$$"""
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{{name}}}}"}, "spec": {"replicas": {{{{replicas}}}}, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "registry.example.com/c:1", "securityContext": {{{{context}}}}}]
        }}}
        }
        """);

    private static JsonObject ManyContainers(int count)
    {
        var pod = Pod("large", "{}");
        pod["spec"]!["containers"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => Json(
            $$$$"""
            {"name": "c{{{{i}}}}", "image": "registry.example.com/some/where/image:1.2.3", "ports": [{"name": "p{{{{i}}}}", "containerPort": {{{{8000 + i}}}}}], "livenessProbe": {"httpGet": {"port": "p{{{{i}}}}"}},
            "readinessProbe": {"tcpSocket": {"port": {{{{8000 + i}}}}}}, "env": [{"name": "A_SECRET", "value": "x"}], "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}},
            "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true, "runAsUser": 1000, "capabilities": {"drop": ["NET_RAW", "SYS_ADMIN", "ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}
            """))]);
        return pod;
    }

    private static JsonObject ManyVariables(int count)
    {
        var pod = Pod("large", "{}");
        pod["spec"]!["containers"]![0]!["env"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => Json($$$"""{"name": "V{{{i}}}_SECRET", "value": "{{{new string('x', 40)}}}"}"""))]);
        return pod;
    }

    private static JsonObject ManyMounts(int volumes, int containers, int mounts)
    {
        var pod = Pod("large", "{}");
        pod["spec"]!["volumes"] = new JsonArray([.. Enumerable.Range(0, volumes).Select(i => Json($$$"""{"name": "v{{{i}}}", "hostPath": {"path": "/var/lib/some/where/{{{i}}}"}}"""))]);
        pod["spec"]!["containers"] = new JsonArray([.. Enumerable.Range(0, containers).Select(i =>
        {
            var container = Json($$$"""{"name": "c{{{i}}}", "image": "registry.example.com/c:1"}""");
            container["volumeMounts"] = new JsonArray([.. Enumerable.Range(0, mounts).Select(j => Json($$$"""{"name": "v{{{j}}}", "mountPath": "/m{{{j}}}", "readOnly": true}"""))]);
            return container;
        })]);
        return pod;
    }

    private static (RuleSet Rules, PolicySettings Settings) Standard(string profile, string version, string policy = "")
    {
        var text = $"podSecurityVersion: {version}\n{policy}";
        var reading = PolicyFile.Read(new SourceText("policy.yaml", Encoding.UTF8.GetBytes(text)), Catalogue.All);
        var configuration = Assert.IsType<PolicyReading.Accepted>(reading).Configuration;
        return (configuration.SetOf(profile), configuration.Settings);
    }

    /// <summary>The covered rules that find something in an object as the API server has it.</summary>
    private static List<string> Judge(RuleSet rules, VapExport export, PolicySettings settings, JsonNode stored)
    {
        var covered = new RuleSet(rules.Rules.Where(rule => export.Covered.Contains(rule.Info.Id)), [.. rules.Replacements.Where(each => export.Covered.Contains(each.Id))]);
        var judgement = new FileJudge(covered, settings, now: Now).Judge(new SourceText("object.json", Encoding.UTF8.GetBytes(stored.ToJsonString())));
        Assert.Empty(judgement.Problems);
        Assert.Equal(1, judgement.Documents);
        return [.. judgement.Findings.Select(finding => finding.Rule.Id).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Policies judge a moment after they are there; waits until each has been seen to.</summary>
    private static async Task ComeIntoForce(TestCluster cluster, string judged, RuleSet rules, VapExport export, PolicySettings settings)
    {
        foreach (var kind in SampleObjects.Kinds)
        {
            var bad = SampleObjects.All.Where(each => $"{each.Object["apiVersion"]} {each.Object["kind"]}" == kind).Select(each => each.Object);
            foreach (var each in bad)
            {
                var path = SampleObjects.PathOf(each, judged)!;
                var body = SampleObjects.In(each, judged, cluster.Run);
                var first = await cluster.Create(path, body, isDryRun: true);
                if (first.IsDone && Judge(rules, export, settings, first.Body) is { Count: > 0 } wanted)
                {
                    await TestCluster.Until(
                        $"a policy that judges {kind} by {wanted[0]}",
                        async () => ExportedPolicies.RulesIn(cluster, await cluster.Create(path, body, isDryRun: true)).Count > 0);
                    break;
                }
            }
        }
    }
}
