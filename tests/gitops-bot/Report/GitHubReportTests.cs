using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class GitHubReportTests
{
    [Fact]
    public void Annotates_lines_by_paths_from_the_working_folder()
    {
        using var folder = new TempFolder().Write("k8s/web.yaml", Samples.PrivilegedPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "k8s", "-o", "github", "--rules", Samples.ReviewRule);

        Assert.Equal(
            "::error file=k8s/web.yaml,line=10,col=9,title=pss-privileged::Pod web: container 'web' sets securityContext.privileged=true; must be false or absent%0Afix: Set privileged to false\n",
            outcome.Output);
    }

    [Fact]
    public void Lets_no_manifest_issue_a_command()
    {
        const string Evil = "\"web\\n::error::100% mine, not: yours\\r::set-env name=a::b\"";
        using var folder = new TempFolder()
            .Write("::error::a,b:c%.yaml", Samples.PrivilegedPod.Replace("name: web", $"name: {Evil}", StringComparison.Ordinal))
            .Write("broken.yaml", Samples.DuplicateKeyPod.Replace("name", "\"a\\n::error::b\"", StringComparison.Ordinal));

        var github = SelfHeal.Run(folder.Root, "scan", "-o", "github", "--rules", Samples.ReviewRule);
        var table = SelfHeal.Run(folder.Root, "scan", "--rules", Samples.ReviewRule);

        Assert.Equal(3, github.ExitCode);
        var lines = github.Output.Split('\n', '\r');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("::error file=broken.yaml,line=5,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("::error file=%3A%3Aerror%3A%3Aa%2Cb%3Ac%25.yaml,line=10,col=9,title=pss-privileged::Pod web%0A::error::100%25 mine, not: yours%0D::set-env", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(table.Output.Split('\n', '\r'), line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
    }
}
