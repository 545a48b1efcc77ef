using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.Propose;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public sealed class FileReachTests
{
    private const string Web = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          containers:
          - name: web
            image: registry.example.com/shop/web:1.2.3

        """;

    [Theory]
    [InlineData(true, true, "kubectl", "delete", "namespace", "shop")]
    [InlineData(true, true, "sh", "-c", "rm -rf /")]
    [InlineData(true, false, "cat", "/tmp/healthy")]
    [InlineData(false, false, "kubectl", "delete", "namespace", "shop")]
    public void A_command_that_a_model_would_have_run_is_judged(bool isByModel, bool isBlocked, params string[] command)
    {
        var finding = Asked.File(Web, Asked.Of("no-readiness-probe")).Findings.Single();
        var probe = new Value.Map([KeyValuePair.Create<string, Value>("exec", new Value.Map([KeyValuePair.Create<string, Value>("command", new Value.List([.. command.Select(word => (Value)word)]))]))]);
        var fix = new Fix("Ask whether it is ready", Safety.Review, [new Edit.Set(finding.Path, probe)]);
        var proposed = new ProposedFix(finding with { Fix = fix, Refusal = null }, isByModel ? Proposer.Model : Proposer.History, []);
        var reach = new FileReach(new Dictionary<(int, int?), (SetObject, LiveGraph, NamespaceClass?)>(), GitFanOut.Unknown, isDeclaredOnly: true, []);
        Assert.Equal(isBlocked, BlastRadius.Of(reach.Of([proposed])).Tier == Tier.Blocked);
    }
}
