using System.Diagnostics;
using SelfHealGitOps.Bot.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Git;

/// <summary>The bot in a process of its own that gets a signal it cannot catch; then again, in this one.</summary>
public sealed class GitCrashTests
{
    /// <summary>
    /// The n-th time that git is to write something, or that files are about to be written, the bot is killed while git goes
    /// on; for every n there is. The next pass begins at once, beside the git that was left behind.
    /// </summary>
    [UnixFact]
    public async Task Killed_at_any_step_and_then_again()
    {
        using var stage = new GitStage();
        var count = stage.Folder["count"];
        var path = stage.Wrap($"""
            case " $* " in
              *' init '*|*' fetch --quiet '*|*' cat-file --batch '*|*' hash-object '*|*' push --porcelain '*|*' update-ref '*)
                n=$(($(cat '{count}')-1)); echo $n > '{count}'
                if [ $n = 0 ]; then exec 3<&0; "$real" "$@" <&3 & kill -9 $PPID; wait; exit; fi;;
            esac
            """);
        var remote = stage.Server.Url("shop.git");
        string? expected = null;
        var killed = 0;
        for (var n = 1; ; n++)
        {
            File.WriteAllText(count, $"{n}\n");
            using var state = new TempFolder();
            using var bot = Start(state.Root, remote, path);
            await bot.WaitForExitAsync();
            if (bot.ExitCode != 0)
            {
                Assert.Equal(128 + 9, bot.ExitCode);
                killed++;
            }

            var (commit, area) = await GitPass.Run(state.Root, remote);
            Assert.Equal(expected ??= commit, commit);
            Assert.Equal(commit, stage.OnServer("selfheal/fix"));
            Assert.Equal("b: 1\n", File.ReadAllText(Path.Combine(area.Folder, "b.yaml")));
            Assert.Empty(Directory.EnumerateFiles(state["git/credentials"]));
            stage.Person.Git("-C", stage.Bare, "update-ref", "-d", "refs/heads/selfheal/fix");
            if (bot.ExitCode == 0)
            {
                break;
            }
        }

        Assert.InRange(killed, 7, 12);
    }

    [UnixFact]
    public async Task What_a_killed_bot_left_running_is_ended()
    {
        using var stage = new GitStage();
        var remote = stage.Server.Url("shop.git");
        stage.Server.Hangs = true;
        using var bot = Start(stage.State.Root, remote, Environment.GetEnvironmentVariable("PATH")!);
        await stage.Server.Asked;
        var note = Directory.EnumerateFiles(stage.State["git/clones"], "*.running").Single();
        using var orphan = Process.GetProcessById(int.Parse(File.ReadAllText(note).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        bot.Kill();
        await bot.WaitForExitAsync();
        Assert.False(orphan.HasExited);
        stage.Server.Hangs = false;
        var (commit, _) = await GitPass.Run(stage.State.Root, remote);
        Assert.Equal(commit, stage.OnServer("selfheal/fix"));
        Assert.True(orphan.HasExited);
        Assert.False(File.Exists(note));
    }

    [Fact]
    public void A_process_that_only_has_the_number_of_another_is_left_alone()
    {
        using var folder = new TempFolder();
        using var self = Process.GetCurrentProcess();
        folder.Write("note", $"{self.Id} {self.StartTime.ToUniversalTime().AddSeconds(-5).Ticks}");
        GitOrphan.End(folder["note"]);
        Assert.Empty(folder.Names);
        folder.Write("note", "half");
        GitOrphan.End(folder["note"]);
        Assert.Empty(folder.Names);
    }

    private static Process Start(string state, string remote, string searchPath)
    {
        var start = new ProcessStartInfo("dotnet");
        foreach (var arg in (string[])[typeof(GitCrashTests).Assembly.Location, "git-pass", state, remote, searchPath])
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }
}
