using System.Text.RegularExpressions;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public partial class ScanJsonTests
{
    [Fact]
    public void Reports_the_fixture_tree_as_written()
    {
        var tree = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree");

        var first = SelfHeal.Run(tree, "scan", "--profile", "all", "-o", "json");
        var second = SelfHeal.Run(Checkout.Root, "scan", tree, "--profile", "all", "-o", "json");

        Assert.Equal(3, first.ExitCode);
        Assert.Equal(Timeless(first), Timeless(second));
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree.json"), Timeless(first));
    }

    [Fact]
    public void Has_the_shape_that_other_tools_parse()
    {
        using var folder = new TempFolder()
            .Write("a/b.yaml", $"{Samples.LatestPod}---\n{Samples.PrivilegedPod}")
            .Write("x.yaml", Samples.DuplicateKeyPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", $"latest-tag,{Samples.ReviewRule}");

        const string Expected = """
            {
              "version": 1,
              "findings": [
                {
                  "rule": "latest-tag",
                  "severity": "warning",
                  "file": "a/b.yaml",
                  "document": 0,
                  "item": null,
                  "line": 8,
                  "column": 7,
                  "apiVersion": "v1",
                  "kind": "Pod",
                  "namespace": null,
                  "name": "web",
                  "pointer": "/spec/containers/0/image",
                  "message": "container 'web' uses image 'registry.example/web:latest'; use a version or a digest",
                  "fix": null,
                  "refusal": {
                    "code": "NEEDS_EVIDENCE",
                    "message": "the digest or version that registry.example/web:latest stands for"
                  },
                  "baseline": null
                },
                {
                  "rule": "pss-privileged",
                  "severity": "error",
                  "file": "a/b.yaml",
                  "document": 1,
                  "item": null,
                  "line": 19,
                  "column": 9,
                  "apiVersion": "v1",
                  "kind": "Pod",
                  "namespace": null,
                  "name": "web",
                  "pointer": "/spec/containers/0/securityContext/privileged",
                  "message": "container 'web' sets securityContext.privileged=true; must be false or absent",
                  "fix": {
                    "safety": "review",
                    "title": "Set privileged to false",
                    "edits": [
                      {
                        "op": "replace",
                        "path": "/spec/containers/0/securityContext/privileged",
                        "value": false
                      }
                    ]
                  },
                  "refusal": null,
                  "baseline": null
                }
              ],
              "fixed": [],
              "exempted": [],
              "problems": [
                {
                  "file": "x.yaml",
                  "code": "DUPLICATE_KEY",
                  "line": 5,
                  "column": 3,
                  "message": "the key 'name' stands twice in one map, first on line 4"
                }
              ],
              "summary": {
                "files": 2,
                "documents": 2,
                "findings": 2,
                "fixable": 1,
                "fixed": 0,
                "exempted": 0,
                "problems": 1,
                "baseline": null,
                "since": null,
                "seconds": 0
              }
            }

            """;
        Assert.Equal(Expected, Timeless(outcome));
    }

    [Fact]
    public void Names_an_absent_field_and_stands_at_the_nearest_parent_that_is_there()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);

        var finding = Assert.Single(SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", "pss-allow-privilege-escalation").Findings);

        Assert.Equal("/spec/containers/0/securityContext/allowPrivilegeEscalation", (string)finding["pointer"]!);
        Assert.Equal((9, 7), ((int)finding["line"]!, (int)finding["column"]!));
        Assert.Equal("""{"op":"add","path":"/spec/containers/0/securityContext/allowPrivilegeEscalation","value":false}""", finding["fix"]!["edits"]![0]!.ToJsonString());
    }

    [Fact]
    public void Points_into_the_items_of_a_list()
    {
        const string List = """
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}},
              {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": [{"name": "c", "image": "x:latest"}]}}
            ]}
            """;
        using var folder = new TempFolder().Write("list.json", List);

        var finding = Assert.Single(SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", "latest-tag").Findings);

        Assert.Equal((1, "/spec/containers/0/image", "b"), ((int)finding["item"]!, (string)finding["pointer"]!, (string)finding["name"]!));
    }

    [Theory]
    [InlineData("", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("\uFEFF", "\n")]
    [InlineData("\uFEFF", "\r\n")]
    public void Counts_columns_as_editors_do(string mark, string newline)
    {
        const string Pod = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [
            {"name": "wéb😀", "image": "x:latest"}]}}
            """;
        using var folder = new TempFolder().Write("web.yaml", mark + Pod.ReplaceLineEndings(newline));

        var finding = Assert.Single(SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", "latest-tag").Findings);

        Assert.Equal((2, 19), ((int)finding["line"]!, (int)finding["column"]!));
    }

    [Fact]
    public void Counts_columns_of_the_first_line_without_the_byte_order_mark()
    {
        using var folder = new TempFolder().Write("web.json", "\uFEFF{\"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"x:latest\", \"name\": \"c\"}]}, \"apiVersion\": \"v1\"}");

        var finding = Assert.Single(SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", "latest-tag").Findings);

        Assert.Equal((1, 42), ((int)finding["line"]!, (int)finding["column"]!));
    }

    [Fact]
    public void Never_gives_both_a_fix_and_a_refusal()
    {
        var tree = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree");

        var findings = SelfHeal.Run(tree, "scan", "--profile", "all", "-o", "json").Findings;

        Assert.NotEmpty(findings);
        Assert.All(findings, finding => Assert.False(finding["fix"] is not null && finding["refusal"] is not null));
        var keys = findings.Select(finding => ((string)finding["file"]!, (int)finding["document"]!, (string)finding["pointer"]!, (string)finding["rule"]!)).ToList();
        var sorted = keys.OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Item2).ThenBy(key => key.Item3, StringComparer.Ordinal).ThenBy(key => key.Item4, StringComparer.Ordinal);
        Assert.Equal(sorted, keys);
    }

    private static string Timeless(Outcome outcome) => Seconds().Replace(outcome.Output, "\"seconds\": 0");

    [GeneratedRegex("\"seconds\": [0-9.]+")]
    private static partial Regex Seconds();
}
