using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using static SelfHealGitOps.Tests.Policy.Exemptions;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>What is exempt stays as it is, whatever else is mended.</summary>
public class ExemptedFixTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web # the shop
                  image: registry.example.com/web:1
                - name: side
                  image: registry.example.com/side:1

        """;

    [Fact]
    public void An_exempt_finding_is_not_mended_and_others_are()
    {
        var settings = Settings(Entry("no-read-only-root-fs", "Deployment", "shop", "web", "web"));
        var rules = new[] { Rule("no-read-only-root-fs"), Rule("pss-allow-privilege-escalation") };

        var mended = Mend(Deployment, rules, settings);

        Assert.Equal(
            ["no-read-only-root-fs side", "pss-allow-privilege-escalation side", "pss-allow-privilege-escalation web"],
            mended.Fixed.Select(finding => $"{finding.Rule.Id} {finding.Container}").Order(StringComparer.Ordinal));
        Assert.Empty(mended.Remaining.Findings);
        Assert.Equal("web", Assert.Single(mended.Remaining.Exempted).Finding.Container);
        Assert.False(Mend(Encoding.UTF8.GetString(mended.Bytes.Span), rules, settings).IsChanged);
    }

    [Fact]
    public void A_fix_for_one_container_that_would_mend_what_is_exempt_of_another_is_refused()
    {
        var settings = Settings(Entry("pss-seccomp-profile-restricted", "Deployment", "shop", "web", "web"));
        var rules = new[] { Rule("pss-seccomp-profile-restricted"), Rule("pss-allow-privilege-escalation") };

        var mended = Mend(Deployment, rules, settings);

        Assert.Equal(["pss-allow-privilege-escalation", "pss-allow-privilege-escalation"], mended.Fixed.Select(finding => finding.Rule.Id));
        Assert.DoesNotContain("seccompProfile", Encoding.UTF8.GetString(mended.Bytes.Span), StringComparison.Ordinal);
        Assert.Equal("web", Assert.Single(mended.Remaining.Exempted).Finding.Container);
        var left = Assert.Single(mended.Remaining.Findings);
        Assert.Equal(("side", RefusalCode.Unverified), (left.Container, left.Refusal!.Code));
        Assert.Contains("would also mend what is to stay: pss-seccomp-profile-restricted, container 'web'", left.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fix_for_one_container_that_would_mend_what_is_held_back_of_another_is_refused()
    {
        var mender = new FileMender(new RuleSet([Rule("pss-seccomp-profile-restricted")]), PolicySettings.Default, now: Now);

        var mended = mender.Mend(new SourceText("a.yaml", Encoding.UTF8.GetBytes(Deployment)), Safety.Review, isNamed: true, mends: finding => finding.Container == "side");

        Assert.False(mended.IsChanged);
    }

    [Fact]
    public void When_the_exemption_is_over_the_finding_is_mended()
    {
        var settings = Settings(Entry("no-read-only-root-fs", "Deployment", "shop", "web", expires: "2026-06-30"));
        var midnight = At("2026-07-01T00:00:00Z");

        Assert.Empty(Mend(Deployment, [Rule("no-read-only-root-fs")], settings, midnight.AddTicks(-1)).Fixed);
        Assert.Equal(2, Mend(Deployment, [Rule("no-read-only-root-fs")], settings, midnight).Fixed.Count);
    }

    [Fact]
    public void A_comment_holds_while_another_fix_makes_the_parent()
    {
        // The finding is reported at the container until there is a securityContext, and there from then on.
        var text = Deployment.Replace("# the shop", "# selfheal: ignore[no-read-only-root-fs] until=2026-12-31 SHOP-123", StringComparison.Ordinal);
        var rules = new[] { Rule("no-read-only-root-fs"), Rule("pss-allow-privilege-escalation") };

        var mended = Mend(text, rules);

        var after = Encoding.UTF8.GetString(mended.Bytes.Span);
        Assert.Equal(3, mended.Fixed.Count);
        Assert.Empty(mended.Remaining.Findings);
        Assert.Equal("web", Assert.Single(mended.Remaining.Exempted).Finding.Container);
        Assert.Equal(YamlComments.Of(text), YamlComments.Of(after));
        Assert.False(Mend(after, rules).IsChanged);
    }

    [Fact]
    public void A_comment_of_one_container_says_nothing_of_the_next()
    {
        var text = Deployment.Replace("- name: web # the shop", "# selfheal: ignore[no-read-only-root-fs] until=2026-12-31 x\n        - name: web", StringComparison.Ordinal);

        var judged = Judge(text, [Rule("no-read-only-root-fs")]);

        Assert.Equal("web", Assert.Single(judged.Exempted).Finding.Container);
        Assert.Equal("side", Assert.Single(judged.Findings).Container);
    }

    [Fact]
    public void A_comment_at_the_list_says_nothing_of_its_elements()
    {
        var text = Deployment.Replace("containers:", "containers: # selfheal: ignore[no-read-only-root-fs] until=2026-12-31 x", StringComparison.Ordinal);

        Assert.Empty(Judge(text, [Rule("no-read-only-root-fs")]).Exempted);
    }

    [Fact]
    public void A_comment_at_the_parent_says_nothing_of_a_field_that_is_there()
    {
        var text = Deployment
            .Replace("# the shop", "# selfheal: ignore[latest-tag] until=2026-12-31 x", StringComparison.Ordinal)
            .Replace("web:1", "web:latest", StringComparison.Ordinal);

        Assert.Empty(Judge(text, [Rule("latest-tag")]).Exempted);
    }

    [Fact]
    public void A_fix_that_would_end_an_exemption_is_refused_and_says_so()
    {
        const string Old = """
            apiVersion: apps/v1beta2
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: registry.example.com/web:1

            """;
        var settings = Settings(Entry("no-read-only-root-fs", "Deployment", "shop", "web", apiVersion: "apps/v1beta2"));

        var mended = Mend(Old, [Rule("no-read-only-root-fs"), Rule("api-version-removed")], settings);

        Assert.False(mended.IsChanged);
        Assert.Contains("would not be exempt any more", Assert.Single(mended.Remaining.Findings).Refusal!.Message, StringComparison.Ordinal);
        Assert.Single(mended.Remaining.Exempted);
    }

    [Fact]
    public void A_fix_is_not_blamed_for_a_finding_that_is_exempt()
    {
        // One rule's fix brings about what the other finds; that is exempt, and so no reason to refuse.
        var one = new TestRule("one", (rule, subject, findings) =>
        {
            if (!subject.Root["paused"].Exists)
            {
                findings.Add(rule, subject.Root["paused"], "wrong", new Fix("Pause", Safety.Review, new Edit.Set(subject.Root["paused"].Path, true)));
            }
        });
        var other = new TestRule("other", (rule, subject, findings) =>
        {
            if (subject.Root["paused"].Exists)
            {
                findings.Add(rule, subject.Root["paused"], "wrong", new Refusal(RefusalCode.NeedsDecision, "why"));
            }
        });
        const string Text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n";

        Assert.Empty(Mend(Text, [one, other]).Fixed);
        var mended = Mend(Text, [one, other], Settings(Entry("other", "Pod", null, "web")));

        Assert.Equal("one", Assert.Single(mended.Fixed).Rule.Id);
        Assert.Equal("other", Assert.Single(mended.Remaining.Exempted).Finding.Rule.Id);
    }

    [Fact]
    public void To_exempt_the_stricter_control_is_not_to_exempt_the_one_that_it_replaces()
    {
        const string Pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec:
              securityContext: {runAsNonRoot: true}
              containers:
                - name: web
                  image: registry.example.com/web:1
                  securityContext: {capabilities: {add: [SYS_ADMIN]}}

            """;
        var rules = Catalogue.SetOf(Profiles.PssRestricted | Profiles.PssBaseline, PssVersion.Latest);
        FileJudgement Judged(params Exemption[] entries) =>
            new FileJudge(rules, Settings(entries), now: Now).Judge(new SourceText("a.yaml", Encoding.UTF8.GetBytes(Pod)), isNamed: true);

        var all = Ids(Judged().Findings);
        Assert.Contains("pss-capabilities-baseline", all);
        Assert.Contains("pss-capabilities-restricted", all);

        Assert.Equal(
            all.Where(id => id != "pss-capabilities-restricted"),
            Ids(Judged(Entry("pss-capabilities-restricted", "Pod", "shop", "web")).Findings));
        Assert.Equal(
            all.Where(id => id != "pss-capabilities-baseline"),
            Ids(Judged(Entry("pss-capabilities-baseline", "Pod", "shop", "web")).Findings));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("pss-restricted")]
    public void Run_as_non_root_is_exempt_alone_in_every_profile(string profile)
    {
        const string Pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec:
              containers:
                - name: web
                  image: registry.example.com/web:1
                  securityContext: {runAsUser: 0}

            """;
        var rules = Catalogue.SetOf(profile == "default" ? Profiles.Default : Profiles.PssRestricted, PssVersion.Latest);
        FileJudgement Judged(PolicySettings settings) =>
            new FileJudge(rules, settings, now: Now).Judge(new SourceText("a.yaml", Encoding.UTF8.GetBytes(Pod)), isNamed: true);

        var before = Ids(Judged(PolicySettings.Default).Findings);
        var judged = Judged(Settings(Entry("pss-run-as-non-root", "Pod", "shop", "web")));

        Assert.Contains("pss-run-as-non-root", before);
        Assert.True(before.Count > 1);
        Assert.Equal(before.Where(id => id != "pss-run-as-non-root"), Ids(judged.Findings));
        Assert.All(judged.Exempted, exempted => Assert.Equal("pss-run-as-non-root", exempted.Finding.Rule.Id));
    }

    [Fact]
    public void A_generated_name_is_no_name_to_be_exempt_by()
    {
        const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: web, namespace: shop}\nspec: {containers: [{name: web, image: 'x:latest'}]}\n";
        var settings = Settings(Entry("latest-tag", "Pod", "shop", "web"));

        Assert.Single(Judge(Pod, [Rule("latest-tag")], settings).Findings);
        Assert.Empty(Judge(Pod.Replace("generateName", "name", StringComparison.Ordinal), [Rule("latest-tag")], settings).Findings);
        Assert.Empty(Judge(Pod.Replace("generateName", "generateName: x, name", StringComparison.Ordinal), [Rule("latest-tag")], settings).Findings);
    }

    private static List<string> Ids(IEnumerable<Finding> findings) => [.. findings.Select(finding => finding.Rule.Id).Distinct().Order(StringComparer.Ordinal)];
}
