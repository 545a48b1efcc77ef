using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class SarifReportTests
{
    [Fact]
    public void Has_what_the_standard_requires()
    {
        using var folder = new TempFolder().Write("a b#c/wéb.yaml", Samples.PrivilegedPod).Write("x.yaml", Samples.DuplicateKeyPod);

        var log = SelfHeal.Run(folder.Root, "scan", "-o", "sarif", "--profile", "all").Json;

        Assert.Equal("2.1.0", (string)log["version"]!);
        var run = Assert.Single(log["runs"]!.AsArray())!;
        Assert.Equal("utf16CodeUnits", (string)run["columnKind"]!);
        Assert.EndsWith($"{Path.GetFileName(folder.Root)}/", (string)run["originalUriBaseIds"]!["SRCROOT"]!["uri"]!, StringComparison.Ordinal);
        var driver = run["tool"]!["driver"]!;
        Assert.Equal("selfheal", (string)driver["name"]!);
        var rules = driver["rules"]!.AsArray();
        Assert.Equal(rules.Count, rules.Select(rule => (string)rule!["id"]!).Distinct().Count());
        Assert.All(rules, rule => Assert.All(["shortDescription", "fullDescription", "help"], text => Assert.NotEmpty((string)rule![text]!["text"]!)));
        Assert.NotEmpty(run["results"]!.AsArray());
        Assert.All(run["results"]!.AsArray(), result =>
        {
            Assert.Equal((string)result!["ruleId"]!, (string)rules[(int)result["ruleIndex"]!]!["id"]!);
            Assert.Contains((string)result["level"]!, (string[])["error", "warning", "note"]);
            Assert.NotEmpty((string)result["message"]!["text"]!);
            var place = Assert.Single(result["locations"]!.AsArray())!["physicalLocation"]!;
            Assert.Equal("a%20b%23c/w%C3%A9b.yaml", (string)place["artifactLocation"]!["uri"]!);
            Assert.Equal("SRCROOT", (string)place["artifactLocation"]!["uriBaseId"]!);
            Assert.InRange((int)place["region"]!["startLine"]!, 1, 10);
            Assert.InRange((int)place["region"]!["startColumn"]!, 1, 100);
            Assert.NotEmpty((string)result["partialFingerprints"]!["selfheal/v1"]!);
        });
        var invocation = Assert.Single(run["invocations"]!.AsArray())!;
        Assert.False((bool)invocation["executionSuccessful"]!);
        Assert.Contains("DUPLICATE_KEY", (string)invocation["toolExecutionNotifications"]![0]!["message"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_no_base_for_standard_input()
    {
        var run = SelfHeal.Run(Path.GetTempPath(), Samples.PrivilegedPod, ["scan", "-", "-o", "sarif"]).Json["runs"]![0]!;

        Assert.Null(run["originalUriBaseIds"]);
        Assert.All(run["results"]!.AsArray(), result => Assert.Null(result!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uriBaseId"]));
    }

    [Fact]
    public void Keeps_fingerprints_when_lines_move_and_tells_findings_apart()
    {
        const string Sidecar = "    - {name: side, image: \"registry.example/side:1\", securityContext: {privileged: true}}\n";
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod + Sidecar);
        var before = Fingerprints(folder);
        var moved = "# moved\n" + Samples.LatestPod.Replace("web", "other", StringComparison.Ordinal) + "---\n"
            + Samples.PrivilegedPod.Replace("  containers:\n", "  containers:\n" + Sidecar, StringComparison.Ordinal);

        folder.Write("web.yaml", moved);

        Assert.Equal(before.Count, before.Distinct().Count());
        Assert.Subset(Fingerprints(folder).ToHashSet(), before.ToHashSet());
    }

    public static TheoryData<string> Texts => new()
    {
        Samples.PrivilegedPod,
        Samples.PrivilegedPod.TrimEnd('\n'),
        Samples.Crlf(Samples.PrivilegedPod),
        "\uFEFF" + Samples.Crlf(Samples.PrivilegedPod).TrimEnd(),
        "\uFEFF{\"spec\": {\"serviceAccount\": \"a\", \"containers\": [{\"name\": \"wéb😀\", \"securityContext\": {\"privileged\": true}}]}, \"apiVersion\": \"v1\", \"kind\": \"Pod\"}",
        "kind: Pod\napiVersion: v1\nspec: {serviceAccount: 'wéb😀', containers: [{name: 'wéb😀', image: x}]} # 😀",
        Samples.SafePod,
        Samples.SafePod.TrimEnd('\n'),
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Gives_fixes_that_make_the_same_bytes_as_fixing(string text)
    {
        using var folder = new TempFolder().Write("web.yaml", text);
        var results = SelfHeal.Run(folder.Root, "scan", "-o", "sarif").Json["runs"]![0]!["results"]!.AsArray();
        var applied = 0;

        // The fix of one rule is the fix of one finding only where the rule has no other.
        foreach (var result in results.GroupBy(result => (string)result!["ruleId"]!).Where(group => group.Count() == 1).Select(group => group.Single()!))
        {
            if (result["fixes"] is not JsonArray fixes)
            {
                continue;
            }

            folder.Write("web.yaml", text);
            SelfHeal.Run(folder.Root, "scan", "--fix", "--unsafe", "--rules", (string)result["ruleId"]!);

            Assert.NotEqual(text, folder.Read("web.yaml"));
            Assert.Equal(folder.Read("web.yaml"), Apply(text, Assert.Single(fixes)!));
            applied++;
        }

        Assert.NotEqual(0, applied);
    }

    private static string Apply(string text, JsonNode fix)
    {
        Assert.NotEmpty((string)fix["description"]!["text"]!);
        var change = Assert.Single(fix["artifactChanges"]!.AsArray())!;
        Assert.Equal("web.yaml", (string)change["artifactLocation"]!["uri"]!);
        var mark = text.StartsWith('\uFEFF') ? "\uFEFF" : "";
        var lines = text[mark.Length..].Split('\n');
        int Offset(JsonNode region, string end) => lines.Take((int)region[end + "Line"]! - 1).Sum(line => line.Length + 1) + (int)region[end + "Column"]! - 1;

        var result = new StringBuilder(text[mark.Length..]);
        foreach (var replacement in change["replacements"]!.AsArray().Reverse())
        {
            var region = replacement!["deletedRegion"]!;
            var (start, end) = (Offset(region, "start"), Offset(region, "end"));
            Assert.InRange(start, 0, end);
            result.Remove(start, end - start).Insert(start, (string)replacement["insertedContent"]!["text"]!);
        }

        return mark + result;
    }

    private static List<string> Fingerprints(TempFolder folder) =>
    [
        .. SelfHeal.Run(folder.Root, "scan", "-o", "sarif", "--rules", Samples.ReviewRule).Json["runs"]![0]!["results"]!.AsArray()
            .Select(result => (string)result!["partialFingerprints"]!["selfheal/v1"]!),
    ];
}
