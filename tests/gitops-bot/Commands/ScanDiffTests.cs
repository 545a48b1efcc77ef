using System.Text;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanDiffTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "web.yaml", Samples.SafePod },
        { "web.yaml", Samples.SafePod.TrimEnd('\n') },
        { "web.yaml", Samples.Crlf(Samples.SafePod) },
        { "web.yaml", Samples.Crlf(Samples.SafePod).TrimEnd() },
        { "web.yaml", "\uFEFF" + Samples.SafePod },
        { "web.yaml", Many() },
        { "web.yaml", Samples.SafePod.Replace("name: web", "name: \"wéb\u202E😀\"", StringComparison.Ordinal) },
        { "a folder/the web.yaml", Samples.SafePod },
        { "täg/😀.yaml", Samples.SafePod },
        { "quo\"te\\\n.yaml", Samples.SafePod },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Git_makes_of_the_diff_what_fixing_makes_of_the_file(string name, string text)
    {
        using var folder = new TempFolder().Write(name, text);
        using var twin = new TempFolder().Write(name, text);

        var outcome = SelfHeal.Run(folder.Root, "scan", "--diff", "--rules", Samples.SafeRule);
        Assert.Equal(text, folder.Read(name));
        SelfHeal.Run(twin.Root, "scan", "--fix", "--rules", Samples.SafeRule);

        var git = SelfHeal.Execute("git", folder.Root, outcome.Bytes, ["-c", "core.autocrlf=false", "apply", "-v", "-"]);
        Assert.True(git.ExitCode == 0, git.Error + outcome.Output);
        Assert.NotEqual(text, twin.Read(name));
        Assert.Equal(twin.Read(name), folder.Read(name));
    }

    [Fact]
    public void Says_what_is_so_and_not_what_would_be()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);

        var diff = SelfHeal.Run(folder.Root, "scan", "--diff", "--unsafe", "-o", "json", "--rules", Samples.ReviewRule);
        var both = SelfHeal.Run(folder.Root, "scan", "--diff", "--fix", "--unsafe", "-o", "json", "--rules", Samples.ReviewRule);

        Assert.All([diff, both], outcome =>
        {
            Assert.Equal(1, outcome.ExitCode);
            Assert.Single(outcome.Findings);
            Assert.Empty(outcome.Json["fixed"]!.AsArray());
            Assert.Contains("\n+        privileged: false", outcome.Error, StringComparison.Ordinal);
        });
        Assert.Equal(Samples.PrivilegedPod, folder.Read("web.yaml"));
    }

    [Fact]
    public void Keeps_a_distant_change_in_a_hunk_of_its_own()
    {
        using var folder = new TempFolder().Write("web.yaml", Many());

        var outcome = SelfHeal.Run(folder.Root, "scan", "--diff", "--rules", Samples.SafeRule);

        Assert.InRange(outcome.Output.Split("\n@@ ").Length, 4, 20);
    }

    [Fact]
    public void Shows_nothing_where_there_is_nothing_to_mend()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);

        Assert.DoesNotContain("+++", SelfHeal.Run(folder.Root, "scan", "--diff").Output, StringComparison.Ordinal);
    }

    private static string Many()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 9; i++)
        {
            text.Append("---\n").Append(Samples.SafePod).Append(string.Concat(Enumerable.Repeat("# far\n", i * 2)));
        }

        return text.ToString();
    }
}
