using System.CommandLine;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal heal</c>: one pass, from what is wrong in repositories to what is proposed.</summary>
internal static class HealCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show all that would be done, and do nothing." };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static HealCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create()
    {
        var command = new Command("heal", "Make one pass: find what is wrong, prove and rank the fixes, open pull requests and issues.") { DryRun, Output };
        HealOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (isDryRun, isJson) = (parsed.GetValue(DryRun), parsed.GetValue(Output) == "json");
        var reports = await PassAsync(parsed, isDryRun, report =>
        {
            if (!isJson)
            {
                new PassTable(Console.Out, Ansi.ForOutput()).Write(report, isDryRun);
            }
        }, cancellationToken);
        if (isJson)
        {
            PassJson.Write(reports, isDryRun, Console.Out);
        }

        return ExitCodeOf(reports);
    }

    /// <summary>A pass over each repository that is asked for, one after the other.</summary>
    public static async Task<IReadOnlyList<PassReport>> PassAsync(ParseResult parsed, bool isDryRun, Action<PassReport> done, CancellationToken cancellationToken)
    {
        await using var bot = await HealingBot.OpenAsync(HealOptions.Load(parsed), TimeProvider.System, cancellationToken, isDryRun);
        var reports = new List<PassReport>();
        foreach (var repository in bot.Configuration.Repositories)
        {
            reports.Add(await bot.PassAsync(repository, cancellationToken));
            done(reports[^1]);
        }

        return reports;
    }

    public static int ExitCodeOf(IReadOnlyList<PassReport> reports) =>
        reports.Any(report => report.Failure is not null || report.Events.Any(done => done.Act == PassAct.Failed)) ? ExitCode.CouldNotDecide : ExitCode.Clean;
}
