using System.CommandLine;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal rank</c>: the queue, and why it is in that order.</summary>
internal static class RankCommand
{
    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static RankCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create()
    {
        var command = new Command("rank", "Show what waits to be delivered, in its order, with every term of it. Changes nothing.") { Output };
        HealOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isJson = parsed.GetValue(Output) == "json";
        var reports = await HealCommand.PassAsync(parsed, isDryRun: true, report =>
        {
            if (!isJson)
            {
                Console.Out.WriteLine(Printable.Of(report.Repository));
                QueueReport.WriteTable(Console.Out, report.Queue, report.Titles);
                if (report.Failure is { } failure)
                {
                    Console.Error.WriteLine($"selfheal: {Printable.Of(failure)}");
                }
            }
        }, cancellationToken);
        if (isJson)
        {
            PassJson.Write(reports, isDryRun: true, Console.Out);
        }

        return HealCommand.ExitCodeOf(reports);
    }
}
