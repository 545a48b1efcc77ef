using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanExemptionTests
{
    /// <summary>Through today and a month from now, whenever that is.</summary>
    private static readonly string Soon = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Policy(string rule = "latest-tag", string name = "web", string? expires = null) => $"""
        version: 1
        exemptions:
          - rule: {rule}
            object: {"{kind: Pod, name: "}{name}{"}"}
            owner: team-shop
            reason: no other tag
            expires: {expires ?? Soon}

        """;

    [Fact]
    public void The_policy_file_above_the_scanned_folder_exempts()
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy()).Write("apps/web.yaml", Samples.LatestPod);

        var scan = SelfHeal.Run(folder.Root, "scan", "apps", "--rules", "latest-tag", "--fail-on", "info", "-o", "json");

        Assert.Equal(0, scan.ExitCode);
        Assert.Empty(scan.Findings);
        Assert.Equal(1, (int)scan.Json["summary"]!["exempted"]!);
        var exempted = Assert.Single(scan.Json["exempted"]!.AsArray())!;
        Assert.Equal(
            $$"""{"rule":"latest-tag","severity":"warning","file":"web.yaml","line":8,"column":7,"object":{"apiVersion":"v1","kind":"Pod","namespace":null,"name":"web"},"pointer":"/spec/containers/0/image","message":"{{exempted["message"]}}","by":"policy","owner":"team-shop","reason":"no other tag","expires":"{{Soon}}"}""",
            exempted.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void The_policy_of_another_repository_does_not()
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy()).Write("repo/.git/HEAD", "").Write("repo/web.yaml", Samples.LatestPod);

        Assert.Single(SelfHeal.Run(folder.Root, "scan", "repo", "--rules", "latest-tag", "-o", "json").Findings);
    }

    [Fact]
    public void A_mistake_in_the_policy_is_named_with_its_line()
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy(expires: "never")).Write("web.yaml", Samples.LatestPod);

        var scan = SelfHeal.Run(folder.Root, "scan");

        Assert.Equal(2, scan.ExitCode);
        Assert.Contains(".selfheal.yaml:7:5: exemptions.0.expires: 'never' is no date", scan.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latest-tga", null, "exemption-unknown", "error", 1)]
    [InlineData("latest-tag", "2020-01-01", "exemption-expired", "warning", 0)]
    [InlineData("latest-tag", "2099-01-01", "exemption-over-broad", "error", 1)]
    [InlineData("\"*\"", null, "exemption-over-broad", "error", 1)]
    public void A_wrong_exemption_is_a_finding_at_its_line_and_exempts_nothing(string rule, string? expires, string found, string severity, int exitCode)
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy(rule, expires: expires)).Write("web.yaml", Samples.LatestPod);

        var scan = SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "-o", "json");

        Assert.Equal(exitCode, scan.ExitCode);
        Assert.Equal([found, "latest-tag"], scan.Findings.Select(finding => (string)finding["rule"]!));
        var wrong = scan.Findings[0];
        Assert.Equal((severity, ".selfheal.yaml", 3, "Exemption"), ((string)wrong["severity"]!, (string)wrong["file"]!, (int)wrong["line"]!, (string)wrong["kind"]!));
        Assert.NotNull(wrong["refusal"]);
    }

    [Theory]
    [InlineData(".", "latest-tag", true)]
    [InlineData("..", "latest-tag", true)]
    [InlineData("apps", "latest-tag", false)]
    [InlineData("apps/web.yaml", "latest-tag", false)]
    [InlineData(".", "host-pid", false)]
    public void An_exemption_is_unused_where_everything_was_judged_by_its_rule(string path, string rules, bool isReported)
    {
        using var folder = new TempFolder().Write("repo/.selfheal.yaml", Policy(name: "other")).Write("repo/apps/web.yaml", Samples.SafePod);

        var scan = SelfHeal.Run(folder["repo"], "scan", path, "--rules", rules, "-o", "json");

        // From the folder above, another policy would count; there is none, and this one says nothing of that folder.
        Assert.Equal(isReported && path != ".." ? ["exemption-unused"] : [], scan.Findings.Select(finding => (string)finding["rule"]!));
    }

    [Fact]
    public void An_exemption_is_not_called_unused_where_a_file_could_not_be_read()
    {
        using var folder = new TempFolder().Write(".selfheal.yaml", Policy(name: "other")).Write("web.yaml", Samples.BrokenPod);

        Assert.Empty(SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "-o", "json").Findings);
    }

    [Fact]
    public void Table_says_what_admission_would_still_refuse()
    {
        using var folder = new TempFolder()
            .Write(".selfheal.yaml", Policy(name: "api"))
            .Write("api.yaml", Samples.LatestPod.Replace("name: web", "name: api", StringComparison.Ordinal))
            .Write("web.yaml", Samples.LatestPod.Replace(":latest", $":latest # selfheal: ignore[latest-tag] until={Soon} SHOP-123", StringComparison.Ordinal));

        var scan = SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag");

        Assert.Equal(0, scan.ExitCode);
        Assert.Equal(
            $"""
            web.yaml
              8:7  ignored  latest-tag  Pod web  until {Soon}; admission reads no comments, and refuses it where it enforces the rule

            3 files, 2 documents: no findings; 2 exempted
            policy: .selfheal.yaml

            """,
            scan.Output);
    }

    [Fact]
    public void Sarif_says_of_every_result_whether_it_is_suppressed()
    {
        using var folder = new TempFolder()
            .Write(".selfheal.yaml", Policy(name: "api"))
            .Write("all.yaml", $"{Samples.LatestPod.Replace("name: web", "name: api", StringComparison.Ordinal)}---\n"
                + $"{Samples.LatestPod.Replace(":latest", $":latest # selfheal: ignore[latest-tag] until={Soon} SHOP-123", StringComparison.Ordinal)}---\n{Samples.LatestPod}");

        var results = SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "-o", "sarif").Json["runs"]![0]!["results"]!.AsArray();

        Assert.Equal(
            ["[]", $"external accepted no other tag (until {Soon}, team-shop)", $"inSource accepted SHOP-123 (until {Soon})"],
            results.Select(result => result!["suppressions"] is JsonArray { Count: > 0 } list
                ? string.Join(' ', list.Single()!.AsObject().Select(pair => (string)pair.Value!))
                : result["suppressions"]!.ToJsonString()).Order(StringComparer.Ordinal));
        Assert.Equal(3, results.Select(result => (string)result!["partialFingerprints"]!["selfheal/v1"]!).Distinct().Count());
    }

    [Fact]
    public void Fixing_leaves_what_is_exempt_and_keeps_the_comment()
    {
        var text = Samples.SafePod.Replace("# of the shop", $"# selfheal: ignore[{Samples.SafeRule}] until={Soon} SHOP-123", StringComparison.Ordinal);
        using var folder = new TempFolder().Write("web.yaml", text);

        SelfHeal.Run(folder.Root, "scan", "--fix", "--unsafe");

        Assert.Contains($"serviceAccount: shop # selfheal: ignore[{Samples.SafeRule}]", folder.Read("web.yaml"), StringComparison.Ordinal);
        Assert.NotEqual(text, folder.Read("web.yaml"));
    }

    [Fact]
    public void One_instant_decides_in_scan_fix_and_preview()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod);
        Assert.True(Expiry.TryParse("2026-12-31", out var expiry));
        var exemptions = new ExemptionList([new(Samples.SafeRule, new(null, "Pod", null, "web"), null, "team-shop", "SHOP-123", expiry)]);
        var midnight = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        ScanResult Scan(DateTimeOffset now, Safety? upTo, bool isPreview) => RepositoryScan.Run(
            RepositoryFiles.Find([folder.Root], new HashSet<string>()),
            new ScanRequest
            {
                Rules = new RuleSet(Catalogue.All.Where(rule => rule.Info.Id == Samples.SafeRule)),
                Settings = PolicySettings.Default with { Exemptions = exemptions },
                Now = now,
                FixUpTo = upTo,
                IsPreview = isPreview,
            },
            progress: null,
            CancellationToken.None);

        foreach (var (upTo, isPreview) in new (Safety?, bool)[] { (null, false), (Safety.Review, false), (Safety.Review, true) })
        {
            var last = Scan(midnight.AddTicks(-1), upTo, isPreview);
            Assert.Empty(last.Findings.Concat(last.Fixed));
            Assert.Single(last.Exempted);
            Assert.All(last.Files, file => Assert.Null(file.Change));

            var next = Scan(midnight, upTo, isPreview);
            Assert.Single(next.Findings.Concat(next.Fixed));
            Assert.Empty(next.Exempted);
            Assert.Equal(upTo is not null, next.Files.Any(file => file.Change is not null));
        }
    }
}
