using System.Text;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Verify;

public sealed class VerifierTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: registry.example.com/web:1.2
                  securityContext:
                    privileged: true # for the time being

        """;

    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";

    [Fact]
    public async Task What_the_engine_mends_is_accepted_and_says_which_gates_did_not_run()
    {
        var around = Proposals.Around(Web);
        var accepted = Assert.IsType<Verification.Accepted>(await Proposals.VerifyAsync(Proposals.Mended(Encoding.UTF8.GetBytes(Web), around)!, around));
        Assert.Equal([Gates.Schema, Gates.DryRun, Gates.Rollback], accepted.Proposal.NotRun);
        Assert.All(accepted.Proposal.Results, result => Assert.NotEmpty(result.Message));
        Assert.Contains("no cluster is configured", accepted.Proposal.Results[5].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_that_throws_has_failed_and_the_others_still_run()
    {
        var around = Proposals.Around(Web);
        var verifier = new Verifier(TimeProvider.System, [.. Gates.All.Select(name => new Broken(name, name == Gates.Policy))]);
        var refused = Assert.IsType<Verification.Refused>(
            await verifier.VerifyAsync(Proposals.Mended(Encoding.UTF8.GetBytes(Web), around)!, around, CancellationToken.None));
        Assert.Equal(Gates.Policy, refused.Gate);
        Assert.Contains("internal error", refused.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(6, refused.Results.Count(result => result.Status == GateStatus.Passed));
    }

    [Theory]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"registry.example.com/web:1.2\"}]}}\n", "apps/web.json")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: \"registry.example.com/web:1.2\"}\n", Proposals.File)]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  securityContext: {runAsUser: 1000}\n  containers:\n  - name: web\n    image: registry.example.com/web:1.2\n    securityContext: {runAsUser: 1000}\n    resources: {limits: {cpu: 100m, memory: 10Mi}}\n", Proposals.File)]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: registry.example.com/web:1.2", Proposals.File)]
    [InlineData("apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: web}\r\nspec:\r\n  containers:\r\n  - name: web\r\n    image: registry.example.com/web:1.2", Proposals.File)]
    public async Task What_the_engine_adds_is_accepted_in_any_style(string text, string file)
    {
        var around = Proposals.Around(text);
        var mended = Proposals.Mended(Encoding.UTF8.GetBytes(text), around, file)!;
        var verification = await Proposals.VerifyAsync(mended, around);
        Assert.All(Proposals.Results(verification), result => Assert.True(result.Status != GateStatus.Failed, $"{result.Gate}: {result.Message}"));
    }

    /// <summary>The next key moves up to the dash.</summary>
    [Theory]
    [InlineData("    - hostPort: 8080 # for the node\n      containerPort: 80\n      name: http\n    - hostPort: 8443\n      containerPort: 443\n")]
    [InlineData("    - hostPort: 8080\n      # inside\n      containerPort: 80\n")]
    [InlineData("    -\n      hostPort: 8080\n      containerPort: 80\n    -   hostPort: 8443\n        containerPort: 443\n")]
    [InlineData("    - {hostPort: 8080, containerPort: 80}\n")]
    public async Task The_first_key_of_an_element_may_go(string ports)
    {
        var text = $"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: registry.example.com/web:1.2\n    ports:\n{ports}";
        var around = Proposals.Around(text);
        var mended = Proposals.Mended(Encoding.UTF8.GetBytes(text), around, Proposals.File)!;
        Assert.DoesNotContain("hostPort", Encoding.UTF8.GetString(mended.After.Span), StringComparison.Ordinal);
        var verification = await Proposals.VerifyAsync(mended, around);
        Assert.All(Proposals.Results(verification), result => Assert.True(result.Status != GateStatus.Failed, $"{result.Gate}: {result.Message}\n{Encoding.UTF8.GetString(mended.After.Span)}"));
    }

    [Fact]
    public void No_gate_can_be_left_out() =>
        Assert.Throws<ArgumentException>(() => new Verifier(TimeProvider.System, [new SafetyGate()]));

    [Fact]
    public async Task A_finding_in_another_file_counts()
    {
        var after = Web.Replace("labels: {app: web}", "labels: {app: web2}", StringComparison.Ordinal);
        var edit = new Edit.Set(FieldPath.Root.Key("spec").Key("template").Key("metadata").Key("labels").Key("app"), "web2");
        var around = Proposals.Around(Web, rules: Proposals.AllRules, others: ("svc.yaml", Service));
        var policy = Proposals.Results(await Proposals.VerifyAsync(Proposals.Claimed(Web, after, edit), around))[2];
        Assert.Equal(GateStatus.Failed, policy.Status);
        Assert.Contains("svc.yaml", policy.Message + policy.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_that_stays_is_no_success()
    {
        var around = Proposals.Around(Web);
        var honest = Proposals.Mended(Encoding.UTF8.GetBytes(Web), around)!;
        var lazy = honest with { After = Encoding.UTF8.GetBytes(Web.Replace("privileged: true # for", "privileged: true # not for", StringComparison.Ordinal)) };
        var policy = Proposals.Results(await Proposals.VerifyAsync(lazy, around))[2];
        Assert.Equal(GateStatus.Failed, policy.Status);
        Assert.Contains("still found", policy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_bad_value_at_the_same_place_is_a_new_finding()
    {
        const string Latest = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  restartPolicy: Always\n  containers:\n    - name: web\n      image: web:latest\n";
        var edit = new Edit.Set(FieldPath.Root.Key("spec").Key("containers").Append(new PathStep.Element("name", "web")).Key("image"), "evil:latest");
        var policy = Proposals.Results(await Proposals.VerifyAsync(Proposals.Edited(Latest, edit), Proposals.Around(Latest)))[2];
        Assert.Equal(GateStatus.Failed, policy.Status);
    }

    [Fact]
    public async Task Without_a_readable_text_nothing_is_said_to_have_passed()
    {
        var around = Proposals.Around(Web);
        var broken = Proposals.Claimed(Web, Web.Replace("spec:\n  selector", "spec: [\n  selector", StringComparison.Ordinal), new Edit.Remove(FieldPath.Root.Key("spec")));
        var refused = Assert.IsType<Verification.Refused>(await Proposals.VerifyAsync(broken, around));
        Assert.Equal(Gates.Reparse, refused.Gate);
        Assert.DoesNotContain(refused.Results, result => result.Status == GateStatus.Passed);
    }

    [Fact]
    public async Task Cancellation_is_no_verdict()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var around = Proposals.Around(Web);
        var verifier = new Verifier(TimeProvider.System, [.. Gates.All.Select(name => new Broken(name, false))]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifier.VerifyAsync(Proposals.Mended(Encoding.UTF8.GetBytes(Web), around)!, around, source.Token));
    }

    [Theory]
    [InlineData("{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2],\"a\":1}", true)]
    [InlineData("{\"a\": 1}", "{\"a\": \"1\"}", false)]
    [InlineData("{\"a\": [1, 2]}", "{\"a\": [2, 1]}", false)]
    [InlineData("{\"a\": null}", "{}", false)]
    public void The_rendered_hash_is_of_values_and_not_of_layout(string one, string other, bool isSame) =>
        Assert.Equal(isSame, RenderedHash.Of([System.Text.Json.Nodes.JsonNode.Parse(one)]) == RenderedHash.Of([System.Text.Json.Nodes.JsonNode.Parse(other)]));

    [Theory]
    [InlineData("a\nb\nc\n", "a\nc\n")]
    [InlineData("a\r\nb", "a\r\nb\r\n")]
    [InlineData("", "x")]
    [InlineData("x\ny\nx\ny\n", "y\nx\ny\nx\n")]
    [InlineData("\uFEFFa\u0085b\n", "\uFEFFa\u0085c\n")]
    public void A_revert_gives_the_very_bytes(string before, string after)
    {
        var (one, other) = (Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));
        Assert.Equal(one, LineHunks.Apply(other, LineHunks.Between(other, one)));
    }

    private sealed class Broken(string name, bool throws) : IGate
    {
        public string Name => name;

        public Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return throws ? throw new InvalidOperationException("broken") : Task.FromResult(new GateResult(name, GateStatus.Passed, "as it should be"));
        }
    }
}
