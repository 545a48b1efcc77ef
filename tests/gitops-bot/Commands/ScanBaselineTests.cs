using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanBaselineTests
{
    private static readonly string[] Rules = ["--rules", $"{Samples.ReviewRule},{Samples.SafeRule},latest-tag"];

    [Fact]
    public void Fails_on_nothing_that_it_knows_and_on_everything_else()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);

        var written = Scan(folder, "--write-baseline", "known.json");
        Assert.Equal((0, "selfheal: 1 finding written to known.json"), (written.ExitCode, written.Error));
        Assert.Contains("no new findings\nbaseline: 1 known finding not shown\n", written.Output, StringComparison.Ordinal);

        var known = Scan(folder, "--baseline", "known.json", "--fail-on", "info");
        Assert.Equal((0, written.Output.Replace("1 file,", "2 files,", StringComparison.Ordinal)), (known.ExitCode, known.Output));

        folder.Write("new.yaml", Samples.PrivilegedPod);
        var more = Scan(folder, "--baseline", "known.json");
        Assert.Equal(1, more.ExitCode);
        Assert.Contains("new.yaml\n  10:9  error  pss-privileged", more.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("web.yaml", more.Output, StringComparison.Ordinal);
        Assert.Contains("1 new finding (1 error); fixable: 0 safe, 1 after review\nbaseline: 1 known finding not shown\n", more.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_findings_for_machines()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);
        Assert.Null(Scan(folder, "-o", "json").Findings[0]["baseline"]);
        Assert.Null(Scan(folder, "-o", "sarif").Json["runs"]![0]!["results"]![0]!["baselineState"]);
        Scan(folder, "--write-baseline", "known.json");
        folder.Write("new.yaml", Samples.LatestPod);

        var json = Scan(folder, "--baseline", "known.json", "-o", "json");
        var sarif = Scan(folder, "--baseline", "known.json", "-o", "sarif").Json["runs"]![0]!["results"]!.AsArray();
        var github = Scan(folder, "--baseline", "known.json", "-o", "github");

        Assert.Equal([("new.yaml", false), ("web.yaml", true)], json.Findings.Select(finding => ((string)finding["file"]!, (bool)finding["baseline"]!)));
        Assert.Equal("""{"known":1,"new":1,"fixed":0}""", json.Json["summary"]!["baseline"]!.ToJsonString());
        Assert.Equal(["new", "unchanged"], sarif.Select(result => (string)result!["baselineState"]!));
        Assert.StartsWith("::warning file=new.yaml", Assert.Single(github.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_sorted_with_an_entry_to_a_line_and_written_the_same_again()
    {
        using var folder = new TempFolder().Write("b/web.yaml", Samples.PrivilegedPod + "---\n" + Samples.LatestPod).Write("a.yaml", Samples.SafePod);

        Scan(folder, "--write-baseline", "known.json");
        var text = folder.Read("known.json");
        Scan(folder, "--write-baseline", "known.json");

        Assert.Equal(text, folder.Read("known.json"));
        var lines = text.Split('\n');
        Assert.Equal(["{", "  \"format\": \"selfheal-baseline\",", "  \"version\": 1,", "  \"findings\": ["], lines[..4]);
        Assert.StartsWith("    {\"file\":\"a.yaml\",\"object\":\"Pod web\",\"rule\":\"deprecated-service-account-field\",\"fingerprint\":\"", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("    {\"file\":\"b/web.yaml\",\"object\":\"Pod web\",\"rule\":\"latest-tag\"", lines[5], StringComparison.Ordinal);
        Assert.StartsWith("    {\"file\":\"b/web.yaml\",\"object\":\"Pod web\",\"rule\":\"pss-privileged\"", lines[6], StringComparison.Ordinal);
        Assert.Equal(["  ]", "}", ""], lines[7..]);
    }

    [Fact]
    public void Knows_a_finding_by_whichever_path_it_is_scanned()
    {
        using var folder = new TempFolder().Write(".git/HEAD", "").Write("k8s/apps/web.yaml", Samples.PrivilegedPod).Write("k8s/b.yaml", Samples.LatestPod);
        Scan(folder, "--write-baseline", "known.json");

        string[][] scans = [["k8s"], ["k8s/apps/web.yaml"], ["k8s/apps", "k8s/b.yaml"]];

        Assert.All(scans, paths => Assert.Equal(0, Scan(folder, [.. paths, "--baseline", "known.json", "--fail-on", "info"]).ExitCode));
        Assert.Contains("no new findings\nbaseline: 1 known finding not shown\n", Scan(folder, "k8s/b.yaml", "--baseline", "known.json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_entries_that_are_gone_where_they_have_been_looked_for()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod).Write("b.yaml", Samples.LatestPod).Write("c.yaml", Samples.PrivilegedPod);
        Scan(folder, "--write-baseline", "known.json");
        folder.Write("web.yaml", Samples.PrivilegedPod.Replace("true", "false", StringComparison.Ordinal));
        File.Delete(folder["c.yaml"]);

        const string Two = "; 2 of the baseline are fixed: rewrite it with --write-baseline\n";
        Assert.EndsWith(Two, Scan(folder, "--baseline", "known.json").Output, StringComparison.Ordinal);
        Assert.Contains("; 1 of the baseline is fixed", Scan(folder, "b.yaml", "--baseline", "known.json").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fixed", SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "--baseline", "known.json").Output, StringComparison.Ordinal);

        folder.Write("web.yaml", Samples.BrokenPod);
        Assert.Contains("; 1 of the baseline is fixed", Scan(folder, "--baseline", "known.json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Mends_only_what_it_does_not_know()
    {
        using var folder = new TempFolder().Write("old.yaml", Samples.SafePod);
        Scan(folder, "--write-baseline", "known.json");
        folder.Write("new.yaml", Samples.SafePod);

        var diff = Scan(folder, "--baseline", "known.json", "--diff");
        var outcome = Scan(folder, "--baseline", "known.json", "--fix", "-o", "json");

        Assert.Contains("+++ b/new.yaml", diff.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("old.yaml", diff.Output, StringComparison.Ordinal);
        Assert.Equal(Samples.SafePod, folder.Read("old.yaml"));
        Assert.Contains("serviceAccountName: shop", folder.Read("new.yaml"), StringComparison.Ordinal);
        Assert.Equal(("old.yaml", true), ((string)Assert.Single(outcome.Findings)["file"]!, (bool)outcome.Findings[0]["baseline"]!));
        Assert.Equal("new.yaml", (string)Assert.Single(outcome.Json["fixed"]!.AsArray())!["file"]!);

        var text = SelfHeal.Run(folder.Root, Samples.SafePod, ["scan", "-", "--fix", "--baseline", "known.json", "-o", "table=/dev/null", .. Rules]);
        Assert.Contains("serviceAccountName: shop", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "known.json:1:2 cannot be read: it is not JSON")]
    [InlineData("", "known.json:1:1 cannot be read: it is not JSON")]
    [InlineData("{\n<<<<<<< ours\n}", "known.json:2:1 cannot be read: it is not JSON")]
    [InlineData("[]", "it is JSON, and no baseline: it lacks \"format\": \"selfheal-baseline\"")]
    [InlineData("{\"version\":1}", "it is JSON, and no baseline")]
    [InlineData("{\"format\":\"selfheal-baseline\",\"version\":2,\"findings\":[]}", "its version is 2; must be 1")]
    [InlineData("{\"format\":\"selfheal-baseline\",\"version\":\"1\",\"findings\":[]}", "its version is \"1\"; must be 1")]
    [InlineData("{\"format\":\"selfheal-baseline\",\"findings\":[]}", "its version is missing; must be 1")]
    [InlineData("{\"format\":\"selfheal-baseline\",\"version\":1,\"findings\":{}}", "its findings are no list")]
    [InlineData("{\"format\":\"selfheal-baseline\",\"version\":1,\"findings\":[{\"rule\":\"a\"}]}", "findings[0] must have the texts")]
    public void Is_a_usage_error_that_says_where_and_why_when_it_cannot_be_read(string text, string reason)
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("known.json", text);

        var read = Scan(folder, "--baseline", "known.json", "--fix");
        var written = Scan(folder, "--write-baseline", "known.json", "--fix");

        Assert.Equal(2, read.ExitCode);
        Assert.Contains(reason, read.Error, StringComparison.Ordinal);
        Assert.Equal(2, written.ExitCode);
        Assert.Contains("a file is there that is no baseline, and is not overwritten", written.Error, StringComparison.Ordinal);
        Assert.Contains(reason, written.Error, StringComparison.Ordinal);
        Assert.Equal(text, folder.Read("known.json"));
        Assert.Equal(Samples.SafePod, folder.Read("web.yaml"));
    }

    [Theory]
    [InlineData("--baseline", "nowhere.json")]
    [InlineData("--baseline", ".")]
    [InlineData("--baseline", "")]
    [InlineData("--write-baseline", "")]
    [InlineData("--write-baseline", ".")]
    [InlineData("--write-baseline", "web.yaml")]
    [InlineData("--write-baseline", "/dev/null")]
    [InlineData("--write-baseline", "nowhere/known.json")]
    public void Has_to_be_a_file_of_its_own(string option, string file)
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod);

        var outcome = Scan(folder, option, file);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(["web.yaml"], folder.Names);
        Assert.Equal(Samples.SafePod, folder.Read("web.yaml"));
    }

    [Fact]
    public void Is_not_written_where_a_report_goes_or_not_everything_was_judged()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("broken.yaml", Samples.BrokenPod);

        var partly = Scan(folder, "--write-baseline", "known.json");
        var twice = Scan(folder, "--write-baseline", "known.json", "-o", "json=known.json");

        Assert.Equal((3, "selfheal: known.json was not written, since not everything could be judged or mended"), (partly.ExitCode, partly.Error));
        Assert.Equal(2, twice.ExitCode);
        Assert.Equal(["broken.yaml", "web.yaml"], folder.Names);
    }

    [UnixFact]
    public void Is_written_through_a_link_and_keeps_its_mode()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("real.json", "{\"format\":\"selfheal-baseline\",\"version\":1,\"findings\":[]}").Link("known.json", "real.json");
        SelfHeal.Execute("chmod", folder.Root, [], ["640", "real.json"]);

        Scan(folder, "--write-baseline", "known.json");

        Assert.Contains(Samples.SafeRule, folder.Read("real.json"), StringComparison.Ordinal);
        Assert.Equal("real.json", new FileInfo(folder["known.json"]).LinkTarget);
        Assert.Equal("640\n", SelfHeal.Execute("stat", folder.Root, [], ["-c", "%a", "real.json"]).Output);
    }

    private static Outcome Scan(TempFolder folder, params string[] args) => SelfHeal.Run(folder.Root, ["scan", .. args, .. Rules]);
}
