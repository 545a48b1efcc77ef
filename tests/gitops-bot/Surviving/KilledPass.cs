using System.Diagnostics;
using System.Globalization;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Forge.Local;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>A pass in a process of its own.</summary>
internal static class KilledPass
{
    public const string Work = "heal-pass";
    public const string Race = "heal-race";

    /// <param name="n">The call of the forge before which the process ends itself by a signal that it cannot catch; 0 for none.</param>
    public static Process Start(HealingStage stage, string searchPath, int n = 0) => Start(Work, stage.Bare, stage.Pages, stage.StateOf("bot"), searchPath, n.ToString(CultureInfo.InvariantCulture));

    /// <summary>Some passes, each after a moment that differs.</summary>
    public static Process StartRace(HealingStage stage, string bot, int seed) => Start(Race, stage.Bare, stage.Pages, stage.StateOf(bot), bot, seed.ToString(CultureInfo.InvariantCulture));

    public static async Task RunAsync(string[] args)
    {
        var (bare, pages, state, path, n) = (args[0], args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture));
        var calls = new Calls
        {
            Before = (at, _) =>
            {
                if (at == n)
                {
                    Process.GetCurrentProcess().Kill();
                }
            },
        };
        var clock = new TestClock();
        var (tools, store) = await HealingStage.OpenAsync(state, "bot", clock, path, null);
        await using (store)
        {
            await new Healing(tools, HealingStage.Settings(bare, calls.Of<IForge>(new LocalForge(bare, pages, clock), "forge"))).RunAsync(isDryRun: false, default);
        }
    }

    public static async Task RaceAsync(string[] args)
    {
        var (bare, pages, state, bot, seed) = (args[0], args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture));
        var clock = new TestClock();
        var (tools, store) = await HealingStage.OpenAsync(state, bot, clock, null, null);
        await using (store)
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Delay(seed * (7 + i) % 40);
                await new Healing(tools with { Holder = $"{bot}-{seed}" }, HealingStage.Settings(bare, new LocalForge(bare, pages, clock))).RunAsync(isDryRun: false, default);
            }
        }
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var arg in Child.Command(args))
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }
}
