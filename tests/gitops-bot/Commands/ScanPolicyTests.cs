using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanPolicyTests
{
    private const string LatestIsAnError = "rules: {latest-tag: error}\n";

    [Fact]
    public void Goes_by_the_policy_file_above_the_scanned_path()
    {
        using var folder = Repository(LatestIsAnError);

        foreach (var path in (string[])["a", "a/web.yaml", folder["a/web.yaml"], "."])
        {
            var outcome = SelfHeal.Run(folder.Root, "scan", path, "--rules", "latest-tag");
            Assert.Equal(1, outcome.ExitCode);
            Assert.EndsWith("\npolicy: .selfheal.yaml\n", outcome.Output, StringComparison.Ordinal);
        }

        var fromInside = SelfHeal.Run(folder["a"], "scan", "--profile", "kube-linter");
        Assert.Contains("error  latest-tag", fromInside.Output, StringComparison.Ordinal);
        Assert.EndsWith("\npolicy: ../.selfheal.yaml, profile kube-linter\n", fromInside.Output, StringComparison.Ordinal);
        Assert.Equal(1, SelfHeal.Run(folder["a"], Samples.LatestPod, ["scan", "-", "--rules", "latest-tag"]).ExitCode);
    }

    [Fact]
    public void Goes_by_another_policy_file_or_none_where_told_to()
    {
        using var folder = Repository(LatestIsAnError).Write("other.yaml", "rules: {latest-tag: info}\n");

        var without = SelfHeal.Run(folder.Root, "scan", "a", "--rules", "latest-tag", "--no-config");
        Assert.Equal(0, without.ExitCode);
        Assert.DoesNotContain("policy:", without.Output, StringComparison.Ordinal);
        Assert.Contains("info  latest-tag", SelfHeal.Run(folder.Root, "scan", "a", "--rules", "latest-tag", "--config", "other.yaml").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fixes_use_the_values_of_the_policy_file()
    {
        using var folder = Repository("""
            profile: ours
            profiles: {ours: {rules: [unset-memory-requirements]}}
            images: {allowedRegistries: [registry.example], mirrors: {registry.example: registry.example}}
            defaults: {resources: {requests: {memory: 64Mi}, limits: {memory: 128Mi}}}
            """);

        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "--fix", "--unsafe").ExitCode);
        Assert.Contains("memory: 64Mi", folder.Read("a/web.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_beats_the_policy_file()
    {
        using var folder = Repository("""
            profile: pss-baseline
            podSecurityVersion: v1.20
            profiles: {ours: {rules: [latest-tag]}}
            rules: {own-tag: {like: latest-tag, severity: error}}
            """);

        Assert.Equal(["latest-tag", "own-tag"], Rules(folder, "--profile", "ours"));
        Assert.Equal(["own-tag"], Rules(folder, "--rules", "own-tag"));
        // Host probes are judged from v1.34 on.
        folder.Write("a/web.yaml", Samples.LatestPod + "      livenessProbe: {httpGet: {port: 80, host: 10.0.0.1}}\n");
        Assert.Equal(["own-tag"], Rules(folder));
        Assert.Equal(["own-tag", "pss-host-probes-and-host-lifecycle"], Rules(folder, "--pss-version", "v1.34"));
    }

    [Fact]
    public void Does_not_scan_what_is_excluded_unless_it_is_named()
    {
        using var folder = Repository("exclude: ['vendor/**', '**/*.tmp.yaml']\n")
            .Write("vendor/deep/web.yaml", Samples.LatestPod).Write("a/b.tmp.yaml", Samples.LatestPod).Write("c/d.yaml", Samples.LatestPod);

        Assert.Equal(["a/web.yaml", "c/d.yaml"], Files(folder, "scan"));
        Assert.Equal(["a/web.yaml"], Files(folder, "scan", "--exclude", "c/"));
        Assert.Equal(["a/web.yaml", "c/d.yaml", "vendor/deep/web.yaml"], Files(folder, "scan", ".", "vendor/deep/web.yaml"));
        Assert.Equal(["a/b.tmp.yaml", "a/web.yaml", "c/d.yaml", "vendor/deep/web.yaml"], Files(folder, "scan", "--no-config"));
        Assert.Empty(Files(folder, "scan", "--exclude", "{a,c}"));

        var nothing = SelfHeal.Run(folder.Root, "scan", "vendor/deep");
        Assert.Equal(0, nothing.ExitCode);
        Assert.Contains("is not excluded", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_every_mistake_of_the_policy_file_and_scans_nothing()
    {
        using var folder = Repository("profil: all\nrules:\n  latest-tagg: off\n");

        foreach (var args in (string[][])[["scan", "--fix"], ["policy", "check"], ["policy", "check", ".selfheal.yaml"]])
        {
            var outcome = SelfHeal.Run(folder.Root, args);
            Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
            Assert.Equal(
                """
                selfheal: the policy file has 2 mistakes, and is not used:
                .selfheal.yaml:1:1: profil: there is no key 'profil'; is it 'profile'?
                .selfheal.yaml:3:3: rules.latest-tagg: there is no rule 'latest-tagg'; is it 'latest-tag'?
                """,
                outcome.Error.TrimEnd('\n'));
        }
    }

    [Theory]
    [InlineData("is it 'ours'?", "scan", "--profile", "our")]
    [InlineData("use one of default, all, kube-linter, pss-baseline, pss-restricted, ours", "scan", "--profile", "strict")]
    [InlineData("is it 'own-tag'?", "scan", "--rules", "own-tagg")]
    [InlineData("--k8s-version 2: use v1.N", "scan", "--k8s-version", "2")]
    [InlineData("cannot both be given", "scan", "--config", ".selfheal.yaml", "--no-config")]
    [InlineData("wants the name of a file", "scan", "--config", "")]
    [InlineData("nowhere.yaml cannot be read", "scan", "--config", "nowhere.yaml")]
    [InlineData("--exclude [a]: a glob has no classes", "scan", "--exclude", "[a]")]
    [InlineData("nowhere.yaml cannot be read", "policy", "check", "nowhere.yaml")]
    [InlineData("no option '--foo'", "policy", "check", "--foo")]
    [InlineData("'selfheal policy --help'", "policy")]
    [InlineData("different policies, .selfheal.yaml and b/.selfheal.yaml", "scan", "a", "b")]
    public void Says_what_is_wrong_with_the_command_line(string expected, params string[] args)
    {
        using var folder = Repository("profiles: {ours: {}}\nrules: {own-tag: {like: latest-tag}}\n").Write("b/.selfheal.yaml", "");

        var outcome = SelfHeal.Run(folder.Root, args);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_a_policy_file_and_says_what_it_makes_of_the_rules()
    {
        using var folder = Repository("""
            profile: ours
            kubernetesVersion: 1.34
            exclude: [vendor]
            profiles: {ours: {rules: [latest-tag, own-tag]}}
            rules:
              latest-tag: error
              own-tag: {like: latest-tag, title: Another}
            """);

        Assert.Equal(
            """
            policy        ../.selfheal.yaml
            profile       ours
            kubernetes    v1.34
            pod security  latest
            exclude       vendor
            admission     enforce, info warns; profile ours; rules: 2; old violations warn
            rules         2
              latest-tag  error    Image has no tag, or the tag latest
              own-tag     warning  Another

            """,
            SelfHeal.Run(folder["a"], "policy", "check").Output);
    }

    [Fact]
    public void Shows_what_holds_at_admission_and_scans_without_it()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write(".selfheal.yaml", """
            rules: {own: {like: latest-tag}}
            profiles: {ours: {rules: [latest-tag, dangling-service]}}
            admission:
              profile: ours
              mode: off
              rules: {own: warn, latest-tag: observe}
              scopes: [{namespaces: {names: [shop]}, mode: enforce}, {operations: [UPDATE], mode: off}]
              oldViolations: enforce
              correct: [own]
            """).Write("pod.yaml", Samples.SafePod);

        var line = SelfHeal.Run(folder.Root, "policy", "check").Output.Split('\n').Single(line => line.StartsWith("admission", StringComparison.Ordinal));

        // A rule of several objects is no rule of admission's.
        Assert.Equal("admission     off; profile ours; rules: 2; latest-tag observe; own warn; scopes: 2; old violations enforce; corrects own", line);
        var scanned = Rules(folder).ToList();
        File.WriteAllText(folder[".selfheal.yaml"], "rules: {own: {like: latest-tag}}");
        Assert.Equal(Rules(folder), scanned);

        File.WriteAllText(folder[".selfheal.yaml"], "admission: {rules: {dangling-service: warn}}");
        Assert.Contains("dangling-service needs several objects", SelfHeal.Run(folder.Root, "scan").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wants_a_policy_file_to_check()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "");

        var outcome = SelfHeal.Run(folder.Root, "policy", "check");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("there is no .selfheal.yaml here or above", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Prints_the_schema_as_it_is_published() => Assert.Equal(
        File.ReadAllBytes(Path.Combine(Checkout.Root, "docs", "selfheal.schema.json")), SelfHeal.Run(Path.GetTempPath(), "policy", "schema").Bytes);

    [Fact]
    public void The_example_has_a_policy_that_shows_in_its_diff()
    {
        var outcome = SelfHeal.Run(Checkout.Root, "scan", "examples/shop", "--diff", "--unsafe", "--fail-on", "never");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("\npolicy: examples/shop/.selfheal.yaml, profile default\n", outcome.Output, StringComparison.Ordinal);
        Assert.All(
            ["registry.example.com/mirror/library/nginx:1.29.3", "memory: 64Mi", "runAsUser: 10001", "path: /healthz"],
            value => Assert.Matches($"\n\\+[^\n]*{System.Text.RegularExpressions.Regex.Escape(value)}", outcome.Output));
        Assert.DoesNotContain("charts/mailer/templates", outcome.Output, StringComparison.Ordinal);
    }

    private static TempFolder Repository(string policy) =>
        new TempFolder().Write(".git/HEAD", "").Write(".selfheal.yaml", policy).Write("a/web.yaml", Samples.LatestPod);

    private static IEnumerable<string> Rules(TempFolder folder, params string[] args) =>
        SelfHeal.Run(folder.Root, ["scan", "-o", "json", .. args]).Findings.Select(finding => (string)finding["rule"]!).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(TempFolder folder, params string[] args) =>
        SelfHeal.Run(folder.Root, [.. args, "-o", "json", "--rules", "latest-tag"]).Findings.Select(finding => (string)finding["file"]!);
}
