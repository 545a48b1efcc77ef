using System.Globalization;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>The whole flow in a process that gets a signal which it cannot catch; then again, in this one.</summary>
public sealed class KillTests
{
    private static readonly string SearchPath = Environment.GetEnvironmentVariable("PATH")!;

    /// <summary>The n-th time that git is to write something: before it does, or beside it, so that git goes on without the bot.</summary>
    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_command_of_git_and_then_again(bool goesOn)
    {
        using var wrap = new TempFolder();
        var count = wrap["count"];
        var path = GitStage.Wrap(wrap, $"""
            case " $* " in
              *' init '*|*' config remote'*|*' fetch --quiet '*|*' cat-file --batch '*|*' hash-object '*|*' mktree '*|*' commit-tree '*|*' push --porcelain '*|*' update-ref '*)
                n=$(($(cat '{count}')-1)); echo $n > '{count}'
                if [ $n = 0 ]; then {(goesOn ? "exec 3<&0; \"$real\" \"$@\" <&3 & kill -9 $PPID; wait; exit" : "kill -9 $PPID; exit 1")}; fi;;
            esac
            """);
        Assert.InRange(await KillEverywhereAsync(n =>
        {
            File.WriteAllText(count, n.ToString(CultureInfo.InvariantCulture) + "\n");
            return (path, 0);
        }), 8, 40);
    }

    [UnixFact]
    public async Task Killed_at_any_call_of_the_forge_and_then_again() =>
        Assert.InRange(await KillEverywhereAsync(n => (SearchPath, n + AfterLooking)), 4, 20);

    /// <summary>Calls of the forge that only look, at the beginning of a pass.</summary>
    private const int AfterLooking = 6;

    private static async Task<int> KillEverywhereAsync(Func<int, (string SearchPath, int Call)> arm)
    {
        await using var stage = new HealingStage().Write("web.yaml", Shop.Web("web")).Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Push();
        using var start = await stage.SnapshotAsync();
        Assert.Null((await stage.PassAsync()).Failure);
        var expected = stage.Everything();
        for (var n = 1; ; n++)
        {
            await stage.RestoreAsync(start);
            var (path, call) = arm(n);
            using var bot = KilledPass.Start(stage, path, call);
            await bot.WaitForExitAsync();
            if (bot.ExitCode != 0)
            {
                Assert.True(bot.ExitCode == 128 + 9, await bot.StandardError.ReadToEndAsync());
            }

            var next = n % 2 == 0 ? "bot" : "other";
            var report = await stage.PassAsync(next);
            Assert.True(report.Failure is null, report.Failure);
            Assert.True(expected == stage.Everything(), $"killed at {n}, then {next}: {CrashTests.Difference(expected, stage.Everything())}");
            await Shop.CheckAsync(stage, next);
            if (bot.ExitCode == 0)
            {
                return n - 1;
            }
        }
    }
}
