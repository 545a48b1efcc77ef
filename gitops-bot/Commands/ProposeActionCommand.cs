using System.CommandLine;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal propose-action</c>: opens the issue of an action in the cluster, to be approved by those who may.</summary>
internal static class ProposeActionCommand
{
    private static readonly Argument<string> Action = new("action") { Description = $"One of {string.Join(", ", ActionCatalogue.All.Select(kind => kind.Id))}.", HelpName = "ACTION" };

    private static readonly Argument<string> Target = new("target") { Description = "What it is done to: deployment/web, pod/web-0.", HelpName = "KIND/NAME" };

    private static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "Of the object.", HelpName = "NAME", Required = true };

    private static readonly Option<string> Why = new("--why") { Description = "The symptom, and why Git cannot mend it.", HelpName = "TEXT", Required = true };

    private static readonly Option<int?> Revision = new("--revision") { Description = "Of undo-rollout: the revision to go back to; else the one before.", HelpName = "NUMBER" };

    static ProposeActionCommand() => Action.AcceptOnlyFromAmong([.. ActionCatalogue.All.Select(kind => kind.Id)]);

    public static Command Create()
    {
        var command = new Command("propose-action", "Open an issue for an action in the cluster: checked, tried in a dry run, and run only once approved.") { Action, Target, Namespace, Why, Revision };
        HealOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = HealOptions.Load(parsed);
        if (configuration.Repositories is not [var repository])
        {
            throw new UsageException("an action belongs to one repository; name it with --repo");
        }

        if (repository.Cluster is not { } cluster)
        {
            throw new UsageException($"repository {repository.Name} names no cluster; an action wants one, which only a configuration can name; see --config");
        }

        if (parsed.GetValue(Target)!.Split('/') is not [var kind, var name])
        {
            throw new UsageException("the target must be KIND/NAME, such as deployment/web");
        }

        var parameters = parsed.GetValue(Revision) is { } revision
            ? new Dictionary<string, string> { ["revision"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture) }
            : [];
        var action = ActionCatalogue.Choose(cluster, parsed.GetValue(Action)!, kind, parsed.GetValue(Namespace)!, name, parameters) switch
        {
            ActionChoice.Chosen(var chosen) => chosen,
            ActionChoice.Refused(var why) => throw new UsageException(why),
            _ => throw new InvalidOperationException("an action is chosen or refused"),
        };
        await using var bot = await HealingBot.OpenAsync(configuration, TimeProvider.System, cancellationToken);
        var report = await bot.ProposeAsync(repository, new Proposal.Act(action, parsed.GetValue(Why)!), cancellationToken);
        new PassTable(Console.Out, Ansi.ForOutput()).Write(report, isDryRun: false);
        // Somebody has asked for one thing: where there is no issue of it, that was not done.
        return report.Events.Any(done => done.Where is null) ? ExitCode.CouldNotDecide : HealCommand.ExitCodeOf([report]);
    }
}
