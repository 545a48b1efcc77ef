using System.CommandLine;
using SelfHealGitOps.Bot.Api;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal run</c>: the daemon. Pass after pass, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Make a pass over every repository, and again after each interval or whenever a forge says that something has happened.");
        HealOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var bot = await HealingBot.OpenAsync(HealOptions.Load(parsed), TimeProvider.System, cancellationToken);
        var daemon = new Daemon(bot, report => new PassTable(Console.Out, Ansi.ForOutput()).Write(report, isDryRun: false));
        await using var server = bot.Configuration.Listen is { } listen ? new HookServer(bot.Configuration, listen, daemon.Hint, bot.SeeDeliveryAsync) : null;
        if (server is not null)
        {
            await server.StartAsync(cancellationToken);
            Console.Error.WriteLine($"selfheal: listening for deliveries of forges at {server.Address}/hooks/");
        }

        await daemon.RunAsync(cancellationToken);
        return ExitCode.Clean;
    }
}
