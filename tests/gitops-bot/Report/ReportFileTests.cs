using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class ReportFileTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public void A_manifest_is_not_overwritten_but_a_report_is(string format)
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);
        var refused = SelfHeal.Run(folder.Root, "scan", "-o", $"{format}=web.yaml");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("holds Kubernetes objects", refused.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.LatestPod, folder.Read("web.yaml"));

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "--fail-on", "never", "-o", $"{format}=report.{format}").ExitCode);
        }
    }

    [Fact]
    public void Writes_several_reports_at_once()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "-o", "json=a.json", "-o", "sarif=b.sarif", "-o", "github=c.txt", "-o", "table=d.txt", "-o", "table", "--rules", "latest-tag");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(1, (int)JsonNode.Parse(folder.Read("a.json"))!["version"]!);
        Assert.Equal("2.1.0", (string)JsonNode.Parse(folder.Read("b.sarif"))!["version"]!);
        Assert.StartsWith("::warning file=web.yaml,", folder.Read("c.txt"), StringComparison.Ordinal);
        Assert.Equal(outcome.Output, folder.Read("d.txt"));
        Assert.Equal(["a.json", "b.sarif", "c.txt", "d.txt", "web.yaml"], folder.Names);
    }

    [Fact]
    public void Replaces_a_longer_report_and_does_not_scan_it()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod).Write("a.json", new string(' ', 100_000) + "x");

        SelfHeal.Run(folder.Root, "scan", "-o", "json=a.json", "--rules", "latest-tag");

        Assert.Equal(1, (int)JsonNode.Parse(folder.Read("a.json"))!["summary"]!["files"]!);
    }

    [Fact]
    public void Touches_neither_report_nor_manifest_when_the_scan_cannot_begin()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("a.json", "old");

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "-o", "json=a.json", "-o", "sarif=b.sarif", "-o", "github=nowhere/c");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("-o github=nowhere/c: the file cannot be written", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("old", folder.Read("a.json"));
        Assert.Equal(Samples.SafePod, folder.Read("web.yaml"));
        Assert.Equal(["a.json", "web.yaml"], folder.Names);
        Assert.Equal(2, SelfHeal.Run(folder.Root, "scan", "nowhere", "-o", "json=a.json").ExitCode);
        Assert.Equal("old", folder.Read("a.json"));
    }

    [UnixFact]
    public void Writes_into_devices_and_pipes()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);

        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "-o", "json=/dev/null", "--rules", "latest-tag").ExitCode);
        Assert.Contains("\"version\": 1", SelfHeal.Bash(folder.Root, "selfheal scan -o json=>(cat) -o sarif=b.sarif; sleep 1").Output, StringComparison.Ordinal);
    }
}
