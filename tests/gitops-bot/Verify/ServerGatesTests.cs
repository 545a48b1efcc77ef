using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>The gates that ask a server: what they make of its answers, and above all of none.</summary>
public sealed class ServerGatesTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: registry.example.com/web:1.2
                  ports: [{containerPort: 80, hostPort: 80}]

        """;

    private static readonly FieldPath Container = FieldPath.Root.Key("spec").Key("template").Key("spec").Key("containers").Append(new PathStep.Element("name", "web"));

    private readonly FakeCluster cluster = new();

    private static Proposal.Edits Proposal => Proposals.Edited(Web, new Edit.Set(FieldPath.Root.Key("spec").Key("replicas"), 4));

    private async Task<IReadOnlyList<GateResult>> RunAsync(Proposal.Edits? proposal = null, string text = Web)
    {
        var offline = Proposals.Around(text);
        var around = new Surroundings(offline.Rules, offline.Settings, offline.Repository, offline.Now) { Cluster = new ClusterTarget("prod", cluster) };
        return Proposals.Results(await Proposals.VerifyAsync(proposal ?? Proposal, around));
    }

    private void Serve() => cluster.Seed(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "shop" } });

    private void Live() => cluster.Seed((JsonObject)JsonTree.ToJson(Policy.FileReading.Read(new ManifestReader(), new SourceText("x", Encoding.UTF8.GetBytes(Web)), false).Objects[0].Root)!);

    [Fact]
    public async Task What_admission_lets_pass_has_passed_and_nothing_is_written()
    {
        Serve();
        var results = await RunAsync();
        Assert.All(results.Where(result => result.Gate != Gates.Policy), result => Assert.True(result.Status == GateStatus.Passed, $"{result.Gate}: {result.Message}"));
        Assert.Contains("-    \"replicas\": 3", results[5].Details, StringComparison.Ordinal);
        Assert.Contains("+    \"replicas\": 4", results[5].Details, StringComparison.Ordinal);
        Assert.Contains("is not live", results[5].Details, StringComparison.Ordinal);
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task What_is_live_is_applied_over_by_the_manager_of_Argo_CD()
    {
        Serve();
        Live();
        var results = await RunAsync();
        Assert.Equal(GateStatus.Passed, results[5].Status);
        Assert.Contains("as it is live", results[5].Details, StringComparison.Ordinal);
        Assert.Contains(cluster.Calls, call => call.Verb == "patch" && call.IsDryRun);
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task What_the_file_loses_is_gone_in_the_answer_though_another_manager_has_set_it()
    {
        Serve();
        Live();
        var hostPort = Container.Key("ports").Append(new PathStep.Index(0)).Key("hostPort");
        var results = await RunAsync(Proposals.Edited(Web, new Edit.Remove(hostPort)));
        Assert.Contains(results[5].Details.Split('\n'), line => line.StartsWith('-') && line.Contains("hostPort", StringComparison.Ordinal));
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task What_admission_refuses_has_failed_with_its_words()
    {
        Serve();
        cluster.Admission = request => request.Object?["spec"]?["replicas"]?.GetValue<int>() == 4 ? FakeAdmissionAnswer.Deny("admission webhook \"quota\" denied the request: too many") : FakeAdmissionAnswer.Allowed;
        var results = await RunAsync();
        Assert.Equal(GateStatus.Failed, results[5].Status);
        Assert.Contains("too many", results[5].Message, StringComparison.Ordinal);
        Assert.Equal(GateStatus.NotRun, results[4].Status);
    }

    [Fact]
    public async Task What_was_refused_before_for_the_same_is_no_verdict()
    {
        Serve();
        cluster.Admission = _ => FakeAdmissionAnswer.Deny("admission webhook \"quota\" denied the request: closed");
        var results = await RunAsync();
        Assert.Equal(GateStatus.NotRun, results[5].Status);
        Assert.Contains("as it is already", results[5].Message, StringComparison.Ordinal);
        Assert.Equal(GateStatus.NotRun, results[6].Status);
    }

    [Fact]
    public async Task Without_the_namespace_admission_has_not_run_but_the_schema_has()
    {
        var results = await RunAsync();
        Assert.Equal((GateStatus.Passed, GateStatus.NotRun), (results[4].Status, results[5].Status));
        Assert.Contains("shop", results[5].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "Unauthorized", "Unauthorized")]
    [InlineData(403, "Forbidden", "deployments.apps is forbidden: User \"bot\" cannot create resource \"deployments\" in API group \"apps\"")]
    [InlineData(409, "Conflict", "the object has been modified")]
    public async Task What_may_not_be_asked_is_no_verdict(int code, string reason, string message)
    {
        Serve();
        cluster.Fail(new ClusterReply.Refused(new(code, reason, message, [])), times: 100, when: call => call.IsDryRun);
        var results = await RunAsync();
        Assert.All(results.Skip(4), result => Assert.Equal(GateStatus.NotRun, result.Status));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_no_verdict()
    {
        Serve();
        cluster.FailUnavailable(times: 100);
        var results = await RunAsync();
        Assert.All(results.Skip(4), result => Assert.Equal(GateStatus.NotRun, result.Status));
    }

    [Fact]
    public async Task A_type_that_is_not_served_is_no_verdict()
    {
        const string Custom = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\nspec: {size: 1}\n";
        Serve();
        var results = await RunAsync(Proposals.Edited(Custom, new Edit.Set(FieldPath.Root.Key("spec").Key("size"), 2)), Custom);
        Assert.All(results.Skip(4), result => Assert.Equal(GateStatus.NotRun, result.Status));
        Assert.Contains("does not serve example.com/v1 Widget", results[5].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_the_server_makes_up_is_created_dry()
    {
        const string Job = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-, namespace: shop}\nspec:\n  template:\n    spec: {restartPolicy: Never, containers: [{name: a, image: x}]}\n";
        Serve();
        var results = await RunAsync(Proposals.Edited(Job, new Edit.Set(FieldPath.Root.Key("spec").Key("backoffLimit"), 2)), Job);
        Assert.Equal(GateStatus.Passed, results[5].Status);
    }

    [Fact]
    public async Task Warnings_are_quoted_and_new_ones_are_marked()
    {
        Serve();
        cluster.Admission = request => FakeAdmissionAnswer.Allowed with { Warnings = request.Object?["spec"]?["replicas"]?.GetValue<int>() == 4 ? ["old", "fresh"] : ["old"] };
        var details = (await RunAsync())[5].Details;
        Assert.Contains("# warning (new): fresh", details, StringComparison.Ordinal);
        Assert.Contains("# warning: old", details, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_of_a_Secret_is_never_shown()
    {
        var secret = (JsonObject)JsonNode.Parse("""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "uid": "1"}, "data": {"key": "aHVudGVyMg=="}}""")!;
        Assert.DoesNotContain("aHVudGVyMg", AdmittedText.Of(secret, secret), StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_behind_a_name_that_speaks_of_a_secret_is_never_shown()
    {
        var item = (JsonObject)JsonNode.Parse("""
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "s"}, "data": {"DB_PASSWORD": "hunter2", "app.ini": "user=shop\npassword=hunter2", "url": "postgres://a:hunter2@db/x"},
             "args": ["--db-password=hunter2", "--token", "hunter2", "--token-file", "/run/token", "$(PASSWORD)"]}
            """)!;
        var shown = AdmittedText.Of(item, item);

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("\"app.ini\": \"user=shop\\npassword=[masked]\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"/run/token\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"$(PASSWORD)\"", shown, StringComparison.Ordinal);
    }
}
