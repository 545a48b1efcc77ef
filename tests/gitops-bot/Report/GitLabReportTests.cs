using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class GitLabReportTests
{
    [Fact]
    public void Reports_the_fixture_tree_as_written()
    {
        var tree = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree");
        using var folder = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(tree, file), File.ReadAllBytes(file));
        }

        var outcome = SelfHeal.Run(folder.Root, "scan", "-o", "gitlab", "--rules", "latest-tag,host-pid,restart-policy,pss-run-as-non-root,pss-host-namespaces");

        Check(outcome);
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Report", "Goldens", "tree.gitlab.json"), outcome.Output);
    }

    [Fact]
    public void Names_files_from_the_root_of_the_repository_whatever_was_scanned()
    {
        using var folder = new TempFolder().Write("k8s/apps/web.yaml", Samples.PrivilegedPod).Write(".git/HEAD", "");
        string[] rest = ["-o", "gitlab", "--rules", Samples.ReviewRule];

        var all = SelfHeal.Run(folder.Root, ["scan", .. rest]);
        var part = SelfHeal.Run(folder["k8s"], ["scan", "apps", .. rest]);
        var file = SelfHeal.Run(Path.GetTempPath(), ["scan", folder["k8s/apps/web.yaml"], .. rest]);

        Assert.Equal("k8s/apps/web.yaml", (string)Assert.Single(Check(all))["location"]!["path"]!);
        Assert.Equal(all.Output, part.Output);
        Assert.Equal(all.Output, file.Output);
    }

    [Fact]
    public void Keeps_fingerprints_when_lines_and_elements_move_and_has_none_twice()
    {
        using var folder = new TempFolder().Write("web.yaml", Pods("a", "b") + Pods("a"));
        string[] args = ["scan", "-o", "gitlab", "--rules", Samples.ReviewRule];
        var before = Fingerprints(SelfHeal.Run(folder.Root, args));

        folder.Write("web.yaml", "# moved\n\n" + Pods("new", "a", "b") + Pods("a"));
        var after = Fingerprints(SelfHeal.Run(folder.Root, args));

        Assert.Equal((3, 4), (before.Count, after.Count));
        Assert.Subset(after, before);
    }

    [Fact]
    public void Leaves_out_what_the_baseline_knows()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);
        SelfHeal.Run(folder.Root, "scan", "--rules", Samples.ReviewRule, "--write-baseline", "known.json");

        Assert.Equal("[]\n", SelfHeal.Run(folder.Root, "scan", "--rules", Samples.ReviewRule, "--baseline", "known.json", "-o", "gitlab").Output);
    }

    private static string Pods(params string[] containers) => Samples.PrivilegedPod[..Samples.PrivilegedPod.IndexOf("    - name", StringComparison.Ordinal)]
        + string.Concat(containers.Select(name => $"    - {{name: {name}, image: \"registry.example/web:1\", securityContext: {{privileged: true}}}}\n")) + "---\n";

    private static HashSet<string> Fingerprints(Outcome outcome) => [.. Check(outcome).Select(issue => (string)issue["fingerprint"]!)];

    /// <summary>What the format asks for.</summary>
    private static List<JsonObject> Check(Outcome outcome)
    {
        var issues = outcome.Json.AsArray().Select(issue => issue!.AsObject()).ToList();
        Assert.All(issues, issue =>
        {
            Assert.Equal(["description", "check_name", "fingerprint", "severity", "location"], issue.Select(member => member.Key));
            Assert.Contains((string)issue["severity"]!, (string[])["info", "minor", "major", "critical"]);
            Assert.Matches("^[0-9a-f]{32}$", (string)issue["fingerprint"]!);
            var path = (string)issue["location"]!["path"]!;
            Assert.False(path.StartsWith('/') || path.StartsWith("./", StringComparison.Ordinal) || path.Contains("..", StringComparison.Ordinal));
            Assert.True((int)issue["location"]!["lines"]!["begin"]! >= 1);
        });
        Assert.Equal(issues.Count, issues.Select(issue => (string)issue["fingerprint"]!).Distinct().Count());
        return issues;
    }
}
