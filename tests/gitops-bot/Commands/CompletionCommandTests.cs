using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class CompletionCommandTests
{
    [Theory]
    [InlineData("selfheal ", "audit breakglass completion config doctor exempt export heal manifests policy propose-action rank rules run scan where")]
    [InlineData("selfheal sc", "scan")]
    [InlineData("selfheal scan --prof", "--profile")]
    [InlineData("selfheal scan --profile pss", "pss-baseline pss-restricted")]
    [InlineData("selfheal scan --profile=pss-r", "pss-restricted")]
    [InlineData("selfheal scan --fail-on ", "error info never warning")]
    [InlineData("selfheal scan -o ", "github gitlab json junit sarif table yaml")]
    [InlineData("selfheal scan --rules lat", "latest-tag")]
    [InlineData("selfheal scan --rules latest-tag,pss-priv", "latest-tag,pss-privileged")]
    [InlineData("selfheal policy ", "check schema test")]
    [InlineData("selfheal rules pss-priv", "pss-privileged")]
    [InlineData("selfheal scan man", "")]
    [InlineData("selfheal scan ", "")]
    public void Completes_in_bash(string line, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // As readline does: words broken at blanks and at '='.
        const string Complete = """
            source <(selfheal completion bash)
            COMP_LINE=$line COMP_POINT=${#line}
            words=${line//=/ = }
            read -ra COMP_WORDS <<<"$words"
            [[ $line == *[\ =] ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _selfheal_complete
            echo $(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort)
            """;

        var outcome = SelfHeal.Bash(Path.GetTempPath(), $"line='{line}'\n{Complete}");

        Assert.Equal((expected + "\n", ""), (outcome.Output, outcome.Error));
    }

    [UnixFact(Needs = "zsh")]
    public void Is_read_by_zsh() => IsRead("zsh");

    [UnixFact(Needs = "fish")]
    public void Is_read_by_fish() => IsRead("fish");

    private static void IsRead(string shell)
    {
        using var folder = new TempFolder();
        folder.Write("script", SelfHeal.Run(folder.Root, "completion", shell).Bytes);

        Assert.Equal(0, SelfHeal.Execute(shell, folder.Root, [], ["-n", "script"]).ExitCode);
    }
}
