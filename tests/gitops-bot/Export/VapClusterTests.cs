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
            var (differences, seen, refused, violating) = (new List<string>(), 0, 0, 0);
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
                if (!wanted.SequenceEqual(found))
                {
                    differences.Add($"{source} {each["kind"]} {each["metadata"]?["name"]}\n  ours:   {string.Join(' ', wanted)}\n  theirs: {string.Join(' ', found)}");
                }
            }

            output.WriteLine($"{profile} {version}: {export.Covered.Count} rules, {seen} objects, {violating} with findings, {refused} refused by the API server itself, {differences.Count} differences");
            Assert.True(differences.Count == 0, string.Join('\n', differences));
            Assert.True(violating > 100, $"only {violating} objects with findings");
        }
        finally
        {
            await cluster.TakeAway();
        }
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
