using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>The profile <c>default</c>: Pod Security Restricted, and kube-linter's default checks that judge one object.</summary>
public sealed class DefaultProfileTests
{
    private static readonly string[] OnlyScan =
        ["api-version-deprecated", "api-version-removed", "invalid-image-name", "literal-credential", "request-exceeds-limit"];

    private static readonly PolicyConfiguration Standard = PolicyConfiguration.Standard(Catalogue.All);

    [Fact]
    public void Is_at_admission_what_it_says()
    {
        foreach (var version in (PssVersion[])[PssVersion.Latest, PssVersion.V1(34), PssVersion.V1(21), PssVersion.V1(0)])
        {
            var configuration = Standard with { Settings = new() { PssVersion = version } };
            var restricted = Catalogue.Of(Profiles.PssRestricted, version);
            var linted = Catalogue.All.Where(rule => rule.Info.Profiles.HasFlag(Profiles.KubeLinter)).OfType<ObjectRule>();

            Assert.Equal(
                Ids(restricted.Concat(linted)),
                Ids(configuration.AdmissionSetOf("default").Rules));
        }
    }

    [Fact]
    public void Is_more_for_a_scan_by_what_is_listed() => Assert.Equal(
        Ids(Standard.AdmissionSetOf("default").Rules).Concat(OnlyScan).Order(StringComparer.Ordinal),
        Ids(Standard.SetOf("default").Rules));

    /// <summary>kube-linter's own word on which of its checks are on.</summary>
    [CorporaFact("kube-linter")]
    public void Has_every_default_check_of_kube_linter_that_judges_one_object()
    {
        var checks = JsonNode.Parse(File.ReadAllText(Corpora.PathOf("kube-linter", "checks.json")))!.AsArray();
        var on = checks.Where(check => (bool?)check!["default"] == true).Select(check => (string)check!["name"]!).ToList();

        Assert.Equal(31, on.Count);
        Assert.Equal(
            ["dangling-service", "non-existent-service-account", "pdb-min-available"],
            on.Except(Ids(Standard.AdmissionSetOf("default").Rules)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Has_no_rule_at_admission_that_needs_several_objects()
    {
        foreach (var profile in BuiltInProfiles.Names)
        {
            Assert.All(Standard.AdmissionSetOf(profile).Rules, rule => Assert.IsType<ObjectRule>(rule, exactMatch: false));
        }

        Assert.Contains(Standard.SetOf("all").Rules, rule => rule is SetRule);
    }

    [Fact]
    public void What_only_a_scan_adds_runs_at_admission_when_it_is_asked_for()
    {
        Assert.Contains("literal-credential", Ids(PolicyText.Accept("rules: {literal-credential: on}").AdmissionSetOf("default").Rules));
        Assert.Contains("literal-credential", Ids(Standard.AdmissionSetOf("all").Rules));
        Assert.Contains(
            "literal-credential",
            Ids(PolicyText.Accept("profiles: {ours: {extends: [default], rules: [literal-credential]}}").AdmissionSetOf("ours").Rules));
        Assert.DoesNotContain("literal-credential", Ids(PolicyText.Accept("profiles: {ours: {extends: [default]}}").AdmissionSetOf("ours").Rules));
    }

    private const string Bad = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec:
          hostNetwork: true
          containers:
          - name: a
            image: registry.example.com/a:1
            securityContext: {privileged: true, allowPrivilegeEscalation: true, capabilities: {add: [SYS_ADMIN, NET_RAW]}}
        """;

    [Theory]
    [InlineData("", "pss-host-namespaces, pss-privileged, pss-run-as-non-root")]
    [InlineData("rules: {pss-privileged: off}", "pss-host-namespaces, privileged-container, pss-run-as-non-root")]
    [InlineData("rules: {privileged-container: on}", "pss-host-namespaces, privileged-container, pss-privileged, pss-run-as-non-root")]
    [InlineData("profile: all", "host-network, pss-host-namespaces, privileged-container, pss-privileged, pss-run-as-non-root, run-as-non-root")]
    [InlineData("profiles: {ours: {extends: [default]}}\nprofile: ours", "pss-host-namespaces, pss-privileged, pss-run-as-non-root")]
    [InlineData(
        "profiles: {ours: {extends: [kube-linter, pss-restricted]}}\nprofile: ours",
        "host-network, pss-host-namespaces, privileged-container, pss-privileged, pss-run-as-non-root, run-as-non-root")]
    public void Says_of_one_place_the_same_once(string policy, string expected)
    {
        string[] pairs = ["host-network", "pss-host-namespaces", "privileged-container", "pss-privileged", "pss-run-as-non-root", "run-as-non-root"];
        var configuration = PolicyText.Accept(policy);
        var found = Judge.Bytes(Encoding.UTF8.GetBytes(Bad), configuration.SetOf(configuration.Profile)).Select(finding => finding.Rule.Id).Intersect(pairs);

        Assert.Equal(expected.Split(", ").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>A mode of one of the two must not be the other's.</summary>
    [Theory]
    [InlineData("rules: {pss-privileged: warn}")]
    [InlineData("rules: {privileged-container: warn}")]
    [InlineData("scopes: [{rules: [pss-privileged], mode: off}]")]
    [InlineData("correct: [privileged-container]")]
    public void Both_are_found_where_admission_names_one(string section)
    {
        var configuration = PolicyText.Accept($"admission: {{{section}}}");

        Assert.Equal(["privileged-container", "pss-privileged"], Privileged(configuration.AdmissionSetOf("default")));
        Assert.Equal(["pss-privileged"], Privileged(configuration.SetOf("default")));

        static IEnumerable<string> Privileged(RuleSet rules) =>
            Judge.Bytes(Encoding.UTF8.GetBytes(Bad), rules).Select(finding => finding.Rule.Id).Where(id => id is "privileged-container" or "pss-privileged").Order(StringComparer.Ordinal);
    }

    /// <summary>The same objects pass as if every rule were heard: a finding goes only where another stays.</summary>
    [CorporaFact("manifests")]
    public void Passes_what_would_pass_without_leaving_anything_out()
    {
        var set = Standard.AdmissionSetOf("default");
        var whole = new RuleSet(set.Rules);
        var dropped = 0;
        foreach (var file in Directory.EnumerateFiles(Corpora.PathOf("manifests"), "*.yaml", SearchOption.AllDirectories))
        {
            var once = Places(set, file);
            var twice = Places(whole, file);
            Assert.Equal(twice.Distinct(), once.Distinct());
            dropped += twice.Count - once.Count;
        }

        Assert.True(dropped > 100, $"{dropped}");

        static List<string> Places(RuleSet rules, string file) =>
            [.. new FileJudge(rules, PolicySettings.Default).Judge(new(file, File.ReadAllBytes(file)), isNamed: true).Findings
                .Select(finding => $"{finding.Origin.Document} {finding.Origin.Item} {finding.Pointer}").Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Ids(IEnumerable<Rule> rules) => rules.Select(rule => rule.Info.Id).Distinct().Order(StringComparer.Ordinal);
}
