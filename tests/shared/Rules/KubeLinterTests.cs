using System.Text;
using System.Text.Json;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>Rules that keep an id of kube-linter find as much in its own test files as kube-linter does.</summary>
public sealed class KubeLinterTests
{
    private const string Corpus = "kube-linter";

    [CorporaFact(Corpus)]
    public void Finds_as_much_as_kube_linter()
    {
        var rules = Catalogue.All.ToDictionary(rule => rule.Info.Id);
        var differences = new List<string>();
        var compared = 0;
        foreach (var line in File.ReadLines(Corpora.PathOf(Corpus, "expected.jsonl")))
        {
            using var expected = JsonDocument.Parse(line);
            var id = expected.RootElement.GetProperty("check").GetString()!;
            if (!rules.TryGetValue(id, out var rule)
                || expected.RootElement.GetProperty("expect_count") is not { ValueKind: JsonValueKind.Number } count)
            {
                continue;
            }

            compared++;
            var findings = Judge.Text(Input(expected.RootElement.GetProperty("file").GetString()!), [rule]);
            if (findings.Count != count.GetInt32())
            {
                differences.Add($"{id}: {findings.Count}, kube-linter {count}\n  {string.Join("\n  ", findings.Select(finding => $"{finding.Object}: {finding.Message}"))}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(compared >= 28, $"only {compared} checks compared");
    }

    private static string Input(string file) => File.ReadAllText(Corpora.PathOf([Corpus, .. file.Split('/')]), Encoding.UTF8);
}
