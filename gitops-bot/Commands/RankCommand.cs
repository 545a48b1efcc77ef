using System.CommandLine;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal rank</c>: the queue, and why it is in that order.</summary>
internal static class RankCommand
{
    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    private static readonly Option<bool> Replay = new("--replay")
    {
        Description = "Instead of a repository's queue, replay a made-up one of 830 changes in this order and in first-come order, and compare the waits.",
    };

    // Of the figures in the documentation.
    private const int Seed = 1;

    static RankCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create()
    {
        var command = new Command("rank", "Show what waits to be delivered, in its order, with every term of it. Changes nothing.") { Output, Replay };
        HealOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isJson = parsed.GetValue(Output) == "json";
        if (parsed.GetValue(Replay))
        {
            return Compare(parsed, isJson);
        }

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

    private static int Compare(ParseResult parsed, bool isJson)
    {
        if (new Option[] { HealOptions.Repo, HealOptions.Forge, HealOptions.State, HealOptions.Config }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"--replay is of a made-up queue, and {other.Name} of a real one; leave out one of the two");
        }

        var replay = QueueReplay.Run(Seed);
        if (isJson)
        {
            using var output = Console.OpenStandardOutput();
            replay.WriteJson(output);
        }
        else
        {
            replay.Write(Console.Out);
        }

        return ExitCode.Clean;
    }
}
