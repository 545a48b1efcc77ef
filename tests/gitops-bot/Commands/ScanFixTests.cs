using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class ScanFixTests
{
    private const string SafeMended = """
        serviceAccountName: shop
        """;

    [Fact]
    public void Says_what_was_done_and_what_remains()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("privileged.yaml", Samples.PrivilegedPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "-o", "json", "--rules", $"{Samples.SafeRule},{Samples.ReviewRule}");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal([Samples.ReviewRule], outcome.Findings.Select(finding => (string)finding["rule"]!));
        Assert.Equal([Samples.SafeRule], outcome.Json["fixed"]!.AsArray().Select(finding => (string)finding!["rule"]!));
        Assert.Equal("review", (string)outcome.Findings[0]["fix"]!["safety"]!);
        Assert.Equal((1, 1, 1), ((int)outcome.Json["summary"]!["findings"]!, (int)outcome.Json["summary"]!["fixed"]!, (int)outcome.Json["summary"]!["fixable"]!));
        Assert.Contains(SafeMended, folder.Read("web.yaml"), StringComparison.Ordinal);
        Assert.Equal(Samples.PrivilegedPod, folder.Read("privileged.yaml"));
    }

    [Fact]
    public void Makes_review_fixes_only_when_told_that_they_are_unsafe()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod);

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "--unsafe", "--rules", Samples.ReviewRule);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("privileged: false", folder.Read("web.yaml"), StringComparison.Ordinal);
        Assert.Contains("1 fixed", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_nothing_the_second_time_and_writes_no_unchanged_file()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod).Write("latest.yaml", Samples.LatestPod);
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(folder["latest.yaml"], old);

        SelfHeal.Run(folder.Root, "scan", "--fix");
        var mended = folder.Read("web.yaml");
        File.SetLastWriteTimeUtc(folder["web.yaml"], old);
        var second = SelfHeal.Run(folder.Root, "scan", "--fix", "-o", "json");

        Assert.Equal(mended, folder.Read("web.yaml"));
        Assert.Equal(0, (int)second.Json["summary"]!["fixed"]!);
        Assert.All(folder.Names, name => Assert.Equal(old, File.GetLastWriteTimeUtc(folder[name])));
        Assert.Equal(["latest.yaml", "web.yaml"], folder.Names);
    }

    [UnixFact]
    public void Keeps_the_mode_of_the_file()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.SafePod).Write("b.yaml", Samples.SafePod);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["a.yaml"], (UnixFileMode)0b110_100_000);
            File.SetUnixFileMode(folder["b.yaml"], (UnixFileMode)0b111_101_101);

            SelfHeal.Run(folder.Root, "scan", "--fix");

            Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(folder["a.yaml"]));
            Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(folder["b.yaml"]));
        }

        Assert.All(folder.Names, name => Assert.Contains(SafeMended, folder.Read(name), StringComparison.Ordinal));
    }

    [UnixFact(NotAsRoot = true)]
    public void Refuses_to_write_a_read_only_file_and_mends_the_others()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.SafePod).Write("b.yaml", Samples.SafePod);
        new FileInfo(folder["a.yaml"]).IsReadOnly = true;

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "-o", "json", "--rules", Samples.SafeRule);

        Assert.Equal(4, outcome.ExitCode);
        Assert.Equal(["NOT_WRITABLE"], outcome.Findings.Select(finding => (string)finding["refusal"]!["code"]!));
        Assert.Null(outcome.Findings[0]["fix"]);
        Assert.Equal(["b.yaml"], outcome.Json["fixed"]!.AsArray().Select(finding => (string)finding!["file"]!));
        Assert.Empty(outcome.Json["problems"]!.AsArray());
        Assert.Contains("a.yaml was not written: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.SafePod, folder.Read("a.yaml"));
        Assert.Contains(SafeMended, folder.Read("b.yaml"), StringComparison.Ordinal);
    }

    [UnixFact(NotAsRoot = true)]
    public void Refuses_to_write_into_a_read_only_folder()
    {
        using var folder = new TempFolder().Write("a/a.yaml", Samples.SafePod);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["a"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var outcome = SelfHeal.Run(folder.Root, "scan", "--fix", "--rules", Samples.SafeRule);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Equal(4, outcome.ExitCode);
        Assert.Equal(Samples.SafePod, folder.Read("a/a.yaml"));
        Assert.Equal(["a/a.yaml"], folder.Names);
    }

    [UnixFact]
    public void Reads_a_named_link_and_never_writes_through_it()
    {
        using var outside = new TempFolder().Write("web.yaml", Samples.SafePod);
        using var folder = new TempFolder().Link("link.yaml", outside["web.yaml"]);

        var outcome = SelfHeal.Run(folder.Root, "scan", "link.yaml", "--fix", "-o", "json", "--rules", Samples.SafeRule);

        Assert.Equal(4, outcome.ExitCode);
        Assert.Equal(["link.yaml NOT_WRITABLE"], outcome.Findings.Select(finding => $"{finding["file"]} {finding["refusal"]!["code"]}"));
        Assert.Equal(Samples.SafePod, outside.Read("web.yaml"));
        Assert.Equal(outside["web.yaml"], new FileInfo(folder["link.yaml"]).LinkTarget);
    }

    [Fact]
    public void Could_not_decide_outranks_refused()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.SafePod).Write("b.yaml", Samples.BrokenPod);
        new FileInfo(folder["a.yaml"]).IsReadOnly = true;

        Assert.Equal(3, SelfHeal.Run(folder.Root, "scan", "--fix").ExitCode);
        new FileInfo(folder["a.yaml"]).IsReadOnly = false;
    }

    [Fact]
    public void Leaves_a_file_whole_when_interrupted()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 400; i++)
        {
            folder.Write($"{i:d4}.yaml", Samples.SafePod);
        }

        const string Line = """
            exec 2>&1
            set -m
            dotnet "$DLL" scan --fix -o json=/dev/null &
            while kill -0 $! 2>/dev/null && [[ $(<0000.yaml) != *serviceAccountName* ]]; do sleep 0.01; done
            kill -INT $!
            wait $!
            """;
        var outcome = OperatingSystem.IsWindows() ? null : SelfHeal.Bash(folder.Root, $"DLL='{SelfHeal.Dll}'\n{Line}");

        // 1 where all was mended before the signal came: what is for Review remains.
        Assert.True(outcome is null or { ExitCode: 130 or 1 }, outcome?.Output);
        Assert.Equal(400, folder.Names.Count());
        var contents = folder.Names.Select(folder.Read).Distinct().ToList();
        Assert.InRange(contents.Count, 1, 2);
        Assert.DoesNotContain(contents, text => !text.EndsWith('\n') || !text.Contains("shop", StringComparison.Ordinal));
    }
}
