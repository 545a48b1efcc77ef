using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Tests.Policy.Exemptions;

namespace SelfHealGitOps.Tests.Policy;

public class InlineIgnoreTests
{
    private const string Comment = "# selfheal: ignore[latest-tag] until=2026-12-31 SHOP-123";

    private static readonly Rule Latest = Rule("latest-tag");

    /// <summary>Line 8 holds the finding.</summary>
    private static string Pod(string image = "registry.example.com/web:latest", string above = "      # nothing") => $"""
        apiVersion: v1
        kind: Pod
        metadata: {"{name: web, namespace: shop}"}
        spec:
          containers:
            - name: web
        {above}
              image: {image}

        """;

    [Fact]
    public void Ignores_the_finding_of_its_line()
    {
        var judged = Judge(Pod($"registry.example.com/web:latest {Comment}"), [Latest]);

        Assert.Empty(judged.Findings);
        var exempted = Assert.Single(judged.Exempted);
        Assert.Null(exempted.Entry);
        Assert.Equal((8, "SHOP-123", "2026-12-31"), (exempted.Comment!.Line, exempted.Reason, exempted.Expires.ToString()));
        Assert.True(exempted.IsRefusedAtAdmission);
    }

    [Theory]
    [InlineData("      " + Comment)]
    [InlineData(Comment)]
    [InlineData("      #selfheal:ignore[ latest-tag ]  until=2026-12-31\tSHOP-123")]
    [InlineData("      ## selfheal: ignore [latest-tag,no-liveness-probe]until=2026-12-31 SHOP-123 # and more")]
    [InlineData("      " + Comment + "\n      # a comment of another kind")]
    [InlineData("      " + Comment + "\n      # selfheal: ignore[image-digest] until=2026-12-31 SHOP-124")]
    public void Ignores_the_finding_below_a_comment_of_its_own_line(string above) =>
        Assert.Single(Judge(Pod(above: above), [Latest]).Exempted);

    [Theory]
    [InlineData("      " + Comment + "\n")]
    [InlineData("      " + Comment + "\n      imagePullPolicy: Always")]
    [InlineData("      imagePullPolicy: Always " + Comment)]
    [InlineData("      # selfheal: see docs/exemptions.md")]
    [InlineData("      # selfheal ignore[latest-tag] until=2026-12-31 SHOP-123")]
    [InlineData("      # Selfheal: ignore[latest-tag] until=2026-12-31 SHOP-123")]
    public void Ignores_nothing_on_other_lines(string above)
    {
        var judged = Judge(Pod(above: above), [Latest]);

        Assert.Contains(judged.Findings, finding => finding.Rule.Id == "latest-tag");
        Assert.Empty(judged.Exempted);
    }

    [Fact]
    public void Text_in_strings_and_block_scalars_is_no_comment()
    {
        var judged = Judge(
            $"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              annotations:
                note: "{Comment}"
                block: |
                  {Comment}
                folded: >-
                  text
                  {Comment}
                plain: x#selfheal:ignore[latest-tag]
                multi: '
                  {Comment}
                  '
            spec: {"{containers: [{name: web, image: \"registry.example.com/web:latest\"}]}"}

            """,
            [Latest]);

        Assert.Equal(["latest-tag"], judged.Findings.Select(finding => finding.Rule.Id));
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Json_has_no_comments(string file)
    {
        var json = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"# selfheal: ignore[latest-tag] until=2026-12-31 x\"}, "
            + "\"spec\": {\"containers\": [{\"name\": \"web\", \"image\": \"x:latest\"}]}}";
        var judged = new FileJudge(new RuleSet([Latest]), PolicySettings.Default, now: Now)
            .Judge(new SourceText(file, System.Text.Encoding.UTF8.GetBytes(json)), isNamed: true);

        Assert.Equal(["latest-tag"], judged.Findings.Select(finding => finding.Rule.Id));
    }

    [Fact]
    public void Counts_in_flow_style_that_json_does_not_allow()
    {
        var judged = Judge(
            $"{{apiVersion: v1, kind: Pod, metadata: {{name: web}}, spec: {{containers: [\n {{name: web, image: 'x:latest'}}, {Comment}\n {{name: side, image: 'y:latest'}}]}}}}\n",
            [Latest]);

        Assert.Equal("web", Assert.Single(judged.Exempted).Finding.Container);
        Assert.Equal("side", Assert.Single(judged.Findings).Container);
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\r\n", "\uFEFF")]
    [InlineData("\n", "# wéb 😀\n---\nkind: x\n---\n# é😀\n")]
    public void Stands_where_the_file_says_in_every_layout(string newline, string before)
    {
        var text = (before + Pod($"registry.example.com/web:latest {Comment}", above: "      # wéb 😀")).ReplaceLineEndings(newline);

        var judged = Judge(text, [Latest]);

        Assert.Empty(judged.Findings);
        var lines = text.Split('\n');
        var comment = Assert.Single(judged.Exempted).Comment!;
        Assert.StartsWith(Comment, lines[comment.Line - 1][(comment.Column - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Comes_to_an_end_with_a_byte_order_mark_before_the_comment() =>
        Assert.Contains("latest-tag", Ids(Judge($"---\n\uFEFF{Comment}\n{Pod()}", [Latest])));

    [Fact]
    public void Holds_through_the_last_tick_of_the_day()
    {
        var text = Pod($"registry.example.com/web:latest {Comment}");
        var midnight = At("2027-01-01T00:00:00Z");

        Assert.Empty(Judge(text, [Latest], now: midnight.AddTicks(-1)).Findings);
        Assert.Equal(["exemption-expired", "latest-tag"], Ids(Judge(text, [Latest], now: midnight)));
    }

    [Theory]
    [InlineData("# selfheal: ignore", "exemption-malformed", "names no rule")]
    [InlineData("# selfheal: ignore latest-tag", "exemption-malformed", "names no rule")]
    [InlineData("# selfheal: ignore[]", "exemption-malformed", "names no rule")]
    [InlineData("# selfheal: ignore[latest-tag", "exemption-malformed", "names no rule")]
    [InlineData("# selfheal: ignore[latest-tag,] until=2026-12-31 x", "exemption-malformed", "names no rule")]
    [InlineData("# selfheal: ignore[latest-tag]", "exemption-malformed", "until when")]
    [InlineData("# selfheal: ignore[latest-tag] SHOP-123", "exemption-malformed", "until when")]
    [InlineData("# selfheal: ignore[latest-tag] SHOP-123 until=2026-12-31", "exemption-malformed", "until when")]
    [InlineData("# selfheal: ignore[latest-tag] until=", "exemption-malformed", "no date")]
    [InlineData("# selfheal: ignore[latest-tag] until=never because", "exemption-malformed", "no date")]
    [InlineData("# selfheal: ignore[latest-tag] until=2026-12-31", "exemption-malformed", "no reason")]
    [InlineData("# selfheal: ignore[latest-tag] until=2026-12-31  ", "exemption-malformed", "no reason")]
    [InlineData("# selfheal: ignore[latest-tag] until=2026-01-01 x", "exemption-expired", "expired 2026-01-01")]
    [InlineData("# selfheal: ignore[latest-tag] until=2028-01-01 x", "exemption-over-broad", "366 days")]
    [InlineData("# selfheal: ignore[*] until=2026-12-31 x", "exemption-over-broad", "pattern")]
    [InlineData("# selfheal: ignore[latest-tga] until=2026-12-31 x", "exemption-unknown", "there is no rule 'latest-tga'")]
    [InlineData("# selfheal: ignore[exemption-unused] until=2026-12-31 x", "exemption-unknown", "cannot be exempted")]
    public void A_wrong_comment_is_a_finding_and_ignores_nothing(string comment, string rule, string message)
    {
        var judged = Judge(Pod($"registry.example.com/web:latest {comment}"), [Latest]);

        Assert.Empty(judged.Exempted);
        Assert.Equal([rule, "latest-tag"], Ids(judged));
        var wrong = judged.Findings.Single(finding => finding.Rule.Id == rule);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
        Assert.Equal(("Exemption", 8, 46), (wrong.Object.Kind, wrong.Origin.Line, wrong.Origin.Column));
        Assert.NotNull(wrong.Refusal);
    }

    [Fact]
    public void A_comment_that_nothing_needs_is_a_finding_rule_by_rule()
    {
        const string Two = "# selfheal: ignore[latest-tag,image-digest,pss-privileged] until=2026-12-31 x";
        var judged = Judge(Pod($"registry.example.com/web:latest {Two}"), [Latest, Rule("pss-privileged")]);

        // The rule image-digest does not judge here, so nothing is known of it.
        Assert.Equal(["exemption-unused"], Ids(judged));
        Assert.Contains("pss-privileged finds nothing on line 8", judged.Findings[0].Message, StringComparison.Ordinal);
        Assert.Single(judged.Exempted);
    }

    [Fact]
    public void The_policy_file_goes_before_a_comment_and_both_are_used()
    {
        var judged = Judge(Pod($"registry.example.com/web:latest {Comment}"), [Latest], Settings(Entry("latest-tag", "Pod", "shop", "web")));

        Assert.Empty(judged.Findings);
        var exempted = Assert.Single(judged.Exempted);
        Assert.Equal("team-shop", exempted.Owner);
        Assert.False(exempted.IsRefusedAtAdmission);
    }

    [Fact]
    public void Another_rule_on_the_line_still_counts() =>
        Assert.Equal(["image-digest"], Ids(Judge(Pod($"registry.example.com/web:latest {Comment}"), [Latest, Rule("image-digest")])));

    private static List<string> Ids(FileJudgement judged) => [.. judged.Findings.Select(finding => finding.Rule.Id).Order(StringComparer.Ordinal)];
}
