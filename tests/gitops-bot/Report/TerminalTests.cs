using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class TerminalTests
{
    private const string Bold = "\e[1m";

    /// <summary>What .NET itself says to a terminal: keys are to come as applications read them.</summary>
    private const string Keypad = "\e[?1h\e=";

    [UnixFact(Needs = "script")]
    public void Colours_a_terminal_alone_and_not_against_its_will()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.SafePod);

        Assert.Contains(Bold, OnTerminal(folder, "--diff"), StringComparison.Ordinal);
        Assert.DoesNotContain(Bold, OnTerminal(folder, "--diff", "NO_COLOR=1"), StringComparison.Ordinal);
        Assert.DoesNotContain(Bold, OnTerminal(folder, "--diff", "TERM=dumb"), StringComparison.Ordinal);
        Assert.DoesNotContain(Bold, SelfHeal.Run(folder.Root, "scan", "--diff").Output, StringComparison.Ordinal);
    }

    [UnixFact(Needs = "script")]
    public void Lets_no_manifest_act_on_it()
    {
        using var folder = new TempFolder().Write(
            "web\e]0;title\a.yaml",
            Samples.SafePod.Replace("name: web", "name: \"\\e[31m\\u202Eweb\"", StringComparison.Ordinal).Replace("of the shop", "of the \u202E\u009B31mshop", StringComparison.Ordinal));

        var shown = OnTerminal(folder, "--diff", "NO_COLOR=1");

        Assert.Contains(Samples.SafeRule, shown, StringComparison.Ordinal);
        Assert.Contains("+++", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.ReplaceLineEndings("\n"), c => (char.IsControl(c) && c != '\n') || c == '\u202E');
    }

    [Fact]
    public void Ends_quietly_when_nobody_reads_on()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 200; i++)
        {
            folder.Write($"{i}.yaml", Samples.PrivilegedPod);
        }

        var outcome = OperatingSystem.IsWindows() ? null : SelfHeal.Bash(folder.Root, "selfheal scan | head -1; exit ${PIPESTATUS[0]}");

        Assert.True(outcome is null or { ExitCode: 1, Error: "" }, outcome?.Error);
    }

    /// <summary>Without the progress of a slow scan, which also goes to a terminal.</summary>
    private static string OnTerminal(TempFolder folder, string option, string environment = "TERM=xterm") =>
        SelfHeal.Execute("script", folder.Root, [], ["-qec", $"env TERM=xterm {environment} dotnet '{SelfHeal.Dll}' scan {option} 2>/dev/null", "/dev/null"]).Output.Replace(Keypad, "", StringComparison.Ordinal);
}
