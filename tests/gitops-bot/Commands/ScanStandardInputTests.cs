using System.Text;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanStandardInputTests
{
    [Fact]
    public void Is_called_by_its_dash()
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), Samples.PrivilegedPod, ["scan", "-", "-o", "json", "--rules", Samples.ReviewRule]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("-", (string)Assert.Single(outcome.Findings)["file"]!);
    }

    [Fact]
    public void Reads_json()
    {
        const string Pod = """{"apiVersion": "v1", "kind": "Pod", "spec": {"hostPID": true}}""";

        var outcome = SelfHeal.Run(Path.GetTempPath(), Pod, ["scan", "-", "--rules", "pss-host-namespaces"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("pss-host-namespaces", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("replicas: 3\n")]
    public void Finds_nothing_in_what_is_no_manifest(string text)
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), text, ["scan", "-", "--fix"]);

        Assert.Equal((0, text), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Mends_onto_standard_output_and_talks_on_standard_error(string newline)
    {
        var text = Samples.SafePod.ReplaceLineEndings(newline);
        using var folder = new TempFolder().Write("web.yaml", text);
        SelfHeal.Run(folder.Root, "scan", "--fix", "--rules", Samples.SafeRule);

        var outcome = SelfHeal.Run(folder.Root, text, ["scan", "-", "--fix", "--rules", Samples.SafeRule]);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(folder.Read("web.yaml"), outcome.Output);
        Assert.Contains("1 fixed", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lets_through_what_it_cannot_read()
    {
        var bytes = Encoding.UTF8.GetBytes(Samples.BrokenPod).Append((byte)0xFF).ToArray();

        var outcome = SelfHeal.RunBytes(Path.GetTempPath(), bytes, ["scan", "-", "--fix"]);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(bytes, outcome.Bytes);
    }

    [Fact]
    public void Lets_all_of_a_text_through_that_is_too_large()
    {
        var bytes = new byte[64 * 1024 * 1024 + 300_000];
        Array.Fill(bytes, (byte)'#');

        var outcome = SelfHeal.RunBytes(Path.GetTempPath(), bytes, ["scan", "-", "--fix"]);

        Assert.Equal(3, outcome.ExitCode);
        Assert.True(bytes.AsSpan().SequenceEqual(outcome.Bytes), $"{outcome.Bytes.Length} bytes");
    }

    [Fact]
    public void Shows_a_diff_and_no_text()
    {
        var outcome = SelfHeal.Run(Path.GetTempPath(), Samples.SafePod, ["scan", "-", "--diff", "--fix", "--rules", Samples.SafeRule]);

        Assert.Contains("--- a/-\n+++ b/-\n@@ ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_standard_output_to_the_mended_text_also_with_reports()
    {
        using var folder = new TempFolder();

        var outcome = SelfHeal.Run(folder.Root, Samples.SafePod, ["scan", "-", "--fix", "-o", "json=report.json", "-o", "table=report.txt"]);

        Assert.StartsWith("apiVersion: v1\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(Samples.SafeRule, folder.Read("report.json"), StringComparison.Ordinal);
        Assert.Contains(Samples.SafeRule, folder.Read("report.txt"), StringComparison.Ordinal);
    }
}
