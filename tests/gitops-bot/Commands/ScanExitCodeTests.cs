using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanExitCodeTests
{
    [Theory]
    [InlineData("error", 0)]
    [InlineData("warning", 1)]
    [InlineData("info", 1)]
    [InlineData("never", 0)]
    public void Fails_on_findings_as_bad_as_asked(string failOn, int expected)
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.LatestPod);

        Assert.Equal(expected, SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag", "--fail-on", failOn).ExitCode);
    }

    [Fact]
    public void Fails_on_errors_when_nothing_is_said()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);

        Assert.Equal(1, SelfHeal.Run(folder.Root, "scan").ExitCode);
        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "--fail-on", "never").ExitCode);
        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan", "--rules", "latest-tag").ExitCode);
    }

    public static TheoryData<string[], string> Misuse => new()
    {
        { ["scan", "--foo"], "--foo" },
        { ["scan", "-", "--foo"], "no option '--foo'" },
        { ["scan", "--rules", "latest-tagg"], "is it 'latest-tag'?" },
        { ["scan", "--rules", ""], "'selfheal rules'" },
        { ["scan", "--pss-version", "1.31"], "--pss-version 1.31: use v1.N" },
        { ["scan", "--profile", "strict"], "pss-restricted" },
        { ["scan", "--fail-on", "fatal"], "never" },
        { ["scan", "nowhere"], "'nowhere' is neither a file nor a folder" },
        { ["scan", "@nowhere"], "'@nowhere' is neither a file nor a folder" },
        { ["scan", ""], "'' is neither a file nor a folder" },
        { ["scan", "-", "web.yaml"], "standard input" },
        { ["scan", "-", "--fix", "-o", "json"], "-o json=FILE" },
        { ["scan", "-o", "xml"], "'xml' is no format" },
        { ["scan", "-o", "json="], "a file name" },
        { ["scan", "-o", "json", "-o", "table"], "two reports" },
        { ["scan", "-o", "json=a", "-o", "sarif=a"], "two reports" },
        { ["scan", "-o", "json=a", "-o", "sarif=./a"], "one file" },
        { ["scan", "-o", "json=no/such/folder/a"], "cannot be written" },
        { ["scan", "-o", "json=."], "cannot be written" },
        { ["scan", "web.yaml", "-o", "json=./web.yaml"], "holds Kubernetes objects" },
        { ["scan", "--unsafe"], "--unsafe" },
        { ["rules", "latest-tagg"], "is it 'latest-tag'?" },
        { ["rules", ""], "there is no rule ''; 'selfheal rules'" },
        { ["completion", "tcsh"], "bash" },
        { ["scna"], "scna" },
        { [], "selfheal --help" },
    };

    [Theory]
    [MemberData(nameof(Misuse))]
    public void Says_what_is_wrong_with_the_command_line_and_exits_with_2(string[] args, string message)
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod);

        var outcome = SelfHeal.Run(folder.Root, args);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Bytes);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["web.yaml"], folder.Names);
        Assert.Equal(Samples.SafePod, folder.Read("web.yaml"));
    }

    [Theory]
    [InlineData(Samples.BrokenPod, "SYNTAX")]
    [InlineData(Samples.DuplicateKeyPod, "DUPLICATE_KEY")]
    public void Cannot_decide_what_it_cannot_read_and_goes_on(string broken, string code)
    {
        using var folder = new TempFolder()
            .Write("a.yaml", broken)
            .Write("b.yaml", $"{broken}---\n{Samples.PrivilegedPod}")
            .Write("c.yaml", Samples.PrivilegedPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "-o", "json", "--rules", Samples.ReviewRule);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(["a.yaml", "b.yaml"], outcome.Json["problems"]!.AsArray().Select(problem => (string)problem!["file"]!));
        Assert.All(outcome.Json["problems"]!.AsArray(), problem => Assert.Equal(code, (string)problem!["code"]!));
        Assert.Equal(["b.yaml 1", "c.yaml 0"], outcome.Findings.Select(finding => $"{finding["file"]} {finding["document"]}"));
    }

    [Fact]
    public void Cannot_decide_on_a_named_file_that_is_too_large_nor_on_a_found_one_that_may_hold_manifests()
    {
        using var folder = new TempFolder().Write("data.json", "{}").Write("pods.yaml", Samples.LatestPod);
        foreach (var name in folder.Names.ToList())
        {
            using var stream = File.OpenWrite(folder[name]);
            stream.SetLength(64 * 1024 * 1024 + 1);
        }

        var found = SelfHeal.Run(folder.Root, "scan", "-o", "json");
        var named = SelfHeal.Run(folder.Root, "scan", "data.json", "-o", "json");

        Assert.Equal(["pods.yaml TOO_LARGE"], found.Json["problems"]!.AsArray().Select(problem => $"{problem!["file"]} {problem["code"]}"));
        Assert.Equal(3, found.ExitCode);
        Assert.Equal(3, named.ExitCode);
    }

    [UnixFact(NotAsRoot = true)]
    public void Cannot_decide_on_files_and_folders_that_it_may_not_read()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.LatestPod).Write("b/b.yaml", Samples.LatestPod);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["a.yaml"], UnixFileMode.None);
            File.SetUnixFileMode(folder["b"], UnixFileMode.None);
        }

        var outcome = SelfHeal.Run(folder.Root, "scan", "-o", "json");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["b"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(["a.yaml UNREADABLE", "b UNREADABLE"], outcome.Json["problems"]!.AsArray().Select(problem => $"{problem!["file"]} {problem["code"]}"));
    }
}
